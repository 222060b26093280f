"""A scored market after some records changed, made from the market before: only what changed is read, judged, scored.

What comes out equals what :func:`~features.market.scored_market.read_market` makes of all records anew, bit for bit.
Rows of people stand by themselves in every table, so a changed person costs one row. A call is part of what is read of
everybody (which words are rare, what is copied from a call), so a changed call costs more, unless only its state,
deadline or seats changed. Parts that the earlier market never needed are left to be made when they are asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from features.market.record_change import RecordChange, later_records
from features.market.scored_market import COORDINATOR_TERMS, ENDED, OWN_TERMS, ScoredMarket, unordered
from features.reading.own_words import copy_own_words, in_own_words, reread_own_words, splice_own_words
from features.records import Applicant, Application, Records
from features.rules import UNJUDGED, MarketVerdicts, Ruleset, judge
from features.scoring import Scores, coordinator_factors, own_factors, private_factors
from features.tables import ApplicantTable, SelectionColumns, applicant_table, reads_the_same, with_seats_of
from features.tables.splice import Splice
from features.terms.factor import Factor, InnerTerm, LookupTerm
from features.weights import Weights

__all__ = ["asked_otherwise", "laid_out_anew", "later_market"]

_READ: Final = ("occupations", "skills", "motivation_text", "plan_text")
_MOST: Final = 4  # where more than one person in so many changed, everybody is laid out anew
_OF_CALLS: Final = ("postings", "is_open")
_OF_APPLICATIONS: Final = ("applications", "applications_to")
_OF_PEOPLE: Final = (
    *("applicants", "wants_no_order", "verdicts"),
    *("coordinator_factors", "private_factors", "own_factors", "coordinator", "applicant"),
)


def later_market(market: ScoredMarket, change: RecordChange) -> ScoredMarket:
    """The market of the records after a change.

    Parameters
    ----------
    market : ScoredMarket
        Before; records of every kind stand in the order of their ids.
    change : RecordChange

    Returns
    -------
    ScoredMarket
        With every part that ``market`` had made for the records as they are now, as far as it can be made from it.
    """
    records, splices = later_records(market.records, change)
    later = market
    if "applicants" in splices:
        later = _with_people(later, records.applicants, splices["applicants"], change.ids_of("applicants"))
    if "postings" in splices:
        later = _with_calls(later, records, splices["postings"])
    return _with_applications(later, records, change)


def asked_otherwise(
    market: ScoredMarket, *, on: date, weights: Weights, rulesets: Sequence[Ruleset] | None
) -> ScoredMarket:
    """The market of the same records on another day, or with other weights or rules; nothing is read anew."""
    later = ScoredMarket(market.records, on, weights, rulesets)
    kept = ("applicants", "wants_no_order", "coordinator_factors", "private_factors", "own_factors", "applied_to")
    return _keeping(later, market, (*kept, *_OF_APPLICATIONS, *(_OF_CALLS if on == market.on else ("postings",))))


def laid_out_anew(market: ScoredMarket) -> ScoredMarket:
    """The same market sharing no memory with an earlier one, so that what was said by who is gone is nowhere in it."""
    later = _having(market, market.records)
    _keeping(later, market, ("postings", "is_open", "wants_no_order", *_OF_APPLICATIONS, "applied_to", "told"))
    if "applicants" not in vars(market):
        return later
    table = market.applicants.copied()
    copy_own_words(market.applicants.selection, table.selection, market.postings)
    vars(later)["applicants"] = table
    for name in ("coordinator_factors", "private_factors", "own_factors"):
        if name in vars(market):
            factors: Mapping[str, Factor] = getattr(market, name)
            vars(later)[name] = {
                term: factor.laid_out() if isinstance(factor, InnerTerm) else factor for term, factor in factors.items()
            }
    if "verdicts" in vars(market):
        vars(later)["verdicts"] = market.verdicts.of_table(table)
    return later


def _with_people(
    market: ScoredMarket, people: tuple[Applicant, ...], splice: Splice, changed: Collection[str]
) -> ScoredMarket:
    later = _having(market, market.records.model_copy(update={"applicants": people}))
    n_before = len(market.records.applicants)
    if "applicants" not in vars(market) or not people or len(changed) * _MOST > n_before:
        return _keeping(later, market, (*_OF_CALLS, *_OF_APPLICATIONS))
    put = [people[row] for row in np.flatnonzero(splice.is_new).tolist()]
    new, ids = applicant_table(put), market.applicants.ids
    if len(people) != n_before or len(put) != len(changed):
        ids = tuple(person.applicant_id for person in people)
    table = market.applicants.spliced(ids, splice, new)
    splice_own_words(market.applicants.selection, table.selection, splice, new.selection, market.postings)
    market.told.forget(changed)
    _keeping(
        later,
        market,
        (*_OF_CALLS, *_OF_APPLICATIONS, "told", *(("applied_to",) if ids is market.applicants.ids else ())),
    )
    vars(later)["applicants"] = table
    _judge_and_score(later, market, splice, new, put)
    return later


def _judge_and_score(
    later: ScoredMarket, market: ScoredMarket, splice: Splice, new: ApplicantTable, put: Sequence[Applicant]
) -> None:
    """Fill in what rules and terms say of the people of ``later``; only those in ``new`` are asked about."""
    made, postings = vars(market), market.postings
    found: dict[str, object] = {}
    if "wants_no_order" in made:
        found["wants_no_order"] = splice.of_array(market.wants_no_order, unordered(put))
    if "verdicts" in made:
        found["verdicts"] = _verdicts(later.applicants, market, splice, new)
    if "coordinator_factors" in made:
        found["coordinator_factors"] = _spliced(
            market.coordinator_factors, splice, coordinator_factors(COORDINATOR_TERMS, new.selection, postings)
        )
    if "private_factors" in made:
        found["private_factors"] = _spliced(market.private_factors, splice, private_factors(OWN_TERMS, new, postings))
    vars(later).update(found)
    if "own_factors" in made:
        vars(later)["own_factors"] = _own_factors(later, market)
    for side in ("coordinator", "applicant"):
        if side in made:
            _share_right_sides(getattr(later, side), getattr(market, side))


def _verdicts(applicants: ApplicantTable, market: ScoredMarket, splice: Splice, new: ApplicantTable) -> MarketVerdicts:
    if _is_judged_alike(market.applicants, applicants, splice, new):
        return market.verdicts.of_table(applicants)
    added = judge(new, market.postings, on=market.on, rulesets=market.rulesets)
    return market.verdicts.spliced(applicants, splice, added)


def _is_judged_alike(before: ApplicantTable, now: ApplicantTable, splice: Splice, new: ApplicantTable) -> bool:
    """Whether the same people stand in the same rows, and whoever changed changed only what no rule reads."""
    if now.ids is not before.ids:
        return False
    earlier = before.taken(np.flatnonzero(splice.is_new))
    return all(
        one.drop(UNJUDGED, strict=False).equals(other.drop(UNJUDGED, strict=False))
        for one, other in zip(earlier.columns.frames, new.columns.frames, strict=True)
    )


def _spliced(factors: Mapping[str, Factor], splice: Splice, new: Mapping[str, Factor]) -> dict[str, Factor]:
    # a term keeps its form, which is all that the cast says
    return {name: factor.spliced(splice, cast("Any", new[name])) for name, factor in factors.items()}


def _own_factors(later: ScoredMarket, market: ScoredMarket) -> Mapping[str, Factor]:
    """Averages of vectors are of postings alone, so they are those of the market before; those of tables are few."""
    raw = {**later.coordinator_factors, **later.private_factors}
    tables = {name: factor for name, factor in raw.items() if not isinstance(factor, InnerTerm)}
    averaged = own_factors(tables, market.postings)
    found: dict[str, Factor] = {}
    for name, before in market.own_factors.items():
        factor = raw[name]
        if isinstance(factor, InnerTerm) and isinstance(before, InnerTerm):
            found[name] = factor.with_postings_of(before)
        else:
            found[name] = averaged[name]
    return found


def _share_right_sides(later: Scores, before: Scores) -> None:
    """The postings' side of the product is the same unless a table got other rows."""
    factors = zip(later.factors, before.factors, strict=True)
    if all(isinstance(one, InnerTerm) or _has_table_of(one, other) for one, other in factors):
        vars(later)["right_sides"] = before.right_sides


def _has_table_of(one: LookupTerm, other: Factor) -> bool:
    if isinstance(other, InnerTerm):
        return False
    same = ((one.table, other.table), (one.low, other.low), (one.high, other.high), (one.b, other.b))
    return all(left is right or np.array_equal(left, right) for left, right in same)


def _with_calls(market: ScoredMarket, records: Records, splice: Splice) -> ScoredMarket:
    later = _having(market, market.records.model_copy(update={"postings": records.postings}))
    if "applicants" not in vars(market):
        return _keeping(later, market, _OF_APPLICATIONS)
    if _only_opened_or_closed(market, records, splice):
        _keeping(later, market, (*_OF_PEOPLE, *_OF_APPLICATIONS, "applied_to", "told"))
        vars(later)["postings"] = with_seats_of(market.postings, records.postings)
        return later
    _keeping(later, market, ("applicants", "wants_no_order", *_OF_APPLICATIONS))
    if "coordinator_factors" in vars(market):
        vars(later)["coordinator_factors"] = _reread(later, market)
    return later


def _only_opened_or_closed(market: ScoredMarket, records: Records, splice: Splice) -> bool:
    before, rows = market.records.postings, np.flatnonzero(splice.is_new).tolist()
    if len(before) != len(records.postings):
        return False
    return all(
        before[row].posting_id == records.postings[row].posting_id
        and reads_the_same(before[row], records.postings[row])
        for row in rows
    )


def _reread(later: ScoredMarket, market: ScoredMarket) -> Mapping[str, Factor]:
    """Terms of the same people and other calls; who stands alone in a term and copied nothing new is not read anew."""
    before = in_own_words(market.applicants.selection, market.postings)
    now = reread_own_words(later.applicants.selection, market.postings, later.postings)
    is_other = _rows_that_differ(before, now)
    splice = Splice(np.where(is_other, -1, np.arange(is_other.size)))
    alone = [term for term in COORDINATOR_TERMS if term.rows_stand_alone]
    others = [term for term in COORDINATOR_TERMS if not term.rows_stand_alone]
    few = SelectionColumns(now.frame.filter(is_other))
    read = {term.name: term.build(few, later.postings) for term in alone}
    read = _spliced({name: market.coordinator_factors[name] for name in read}, splice, read)
    read |= {term.name: term.build(now, later.postings) for term in others}
    return {term.name: read[term.name] for term in COORDINATOR_TERMS}


def _rows_that_differ(one: SelectionColumns, other: SelectionColumns) -> NDArray[np.bool_]:
    differ = np.zeros(one.frame.height, dtype=np.bool_)
    for column in _READ if one is not other else ():
        differ |= one.frame[column].ne_missing(other.frame[column]).to_numpy()
    return differ


def _with_applications(market: ScoredMarket, records: Records, change: RecordChange) -> ScoredMarket:
    later = _having(market, records)
    _keeping(later, market, (*_OF_PEOPLE, *_OF_CALLS, "told"))
    changed = change.ids_of("applications")
    if not changed:
        return _keeping(later, market, (*_OF_APPLICATIONS, "applied_to"))
    if "applications_to" not in vars(market):
        return later
    put = [application for application in change.put.applications if application.status not in ENDED]
    before = (application for application in market.records.applications if application.application_id in changed)
    touched = {application.posting_id for application in (*before, *put)}
    to = dict(market.applications_to)
    for posting_id in touched:
        kept = [one for one in to.pop(posting_id, ()) if one.application_id not in changed]
        several = [*kept, *(one for one in put if one.posting_id == posting_id)]
        if several:
            to[posting_id] = tuple(sorted(several, key=_application_id))
    vars(later)["applications_to"] = to
    if "applied_to" in vars(market):
        vars(later)["applied_to"] = _applied_to(later, market, touched)
    return later


def _applied_to(later: ScoredMarket, market: ScoredMarket, touched: Collection[str]) -> Mapping[int, NDArray[np.int64]]:
    applied = dict(market.applied_to)
    for posting_id in touched:
        row = later.postings.index_of.get(posting_id)
        if row is not None:
            applied.pop(row, None)
            if posting_id in later.applications_to:
                applied[row] = later.applicant_rows(later.applications_to[posting_id])
    return applied


def _application_id(application: Application) -> str:
    return application.application_id


def _having(market: ScoredMarket, records: Records) -> ScoredMarket:
    return ScoredMarket(records, market.on, market.weights, market.rulesets)


def _keeping(later: ScoredMarket, market: ScoredMarket, names: Collection[str]) -> ScoredMarket:
    """``later`` with parts that are the same, where they were made."""
    vars(later).update({name: part for name, part in vars(market).items() if name in names})
    return later
