"""Choice sets from records: what officers decided about applications, how applicants ordered theirs, or a file.

Whom the rules exclude, who withdrew, about whom nothing is decided yet and who wants no automated order is not in a
set: nobody decided about the first three by the terms, and the last did not agree to be compared. The model allows it:
a conditional logit is not biased by alternatives that are left out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from features.errors import RecordError
from features.learning.choice_files import Choice, ChoiceFile
from features.learning.choice_sets import ChoiceSets
from features.learning.term_values import term_values, terms_of
from features.market.arrival_order import moment_of
from features.market.scored_market import EXCLUDED, ScoredMarket
from features.market.standings import row_of
from features.records import Application
from features.scoring import Side
from matching.arrays import totals_before

__all__ = ["RecordedChoices", "choices_in_file", "choices_in_records"]

_CHOSEN: Final = frozenset({"offered", "accepted", "declined"})  # declined: an offer that the person did not take
_LEFT: Final = frozenset({"closed"})
_OPEN: Final = frozenset({"received", "screened", "interview"})  # who is still being looked at was not left
_OFFICE_AND_PERSON: Final = "\x1f"  # in no id that people write


@dataclass(frozen=True, eq=False)
class RecordedChoices:
    """Choice sets of one side.

    Attributes
    ----------
    side : "coordinator" or "applicant"
    sets : ChoiceSets
        Clustered by municipality and, where that is told, who decided (two places may both have an officer 1); an
        applicant's by the applicant. Each is called by its posting or applicant, and by where a file has it.
    office_of : (S,) int64
        Index into ``offices``.
    offices : tuple of str
        Municipality codes; of applicants' choices one, the empty text.
    left_out : dict of reason to int
        Rows and sets that say nothing, or may not be read: ``excluded``, ``withdrawn``, ``undecided``,
        ``wants_no_order`` (rows),
        ``nobody_chosen``, ``chosen_left_out`` (somebody was chosen, but nobody of them may be compared),
        ``nobody_left`` (sets).
    """

    side: Side
    sets: ChoiceSets
    office_of: npt.NDArray[np.int64]
    offices: tuple[str, ...]
    left_out: dict[str, int]


class _Named(NamedTuple):
    """A choice and what errors call it."""

    name: str
    choice: Choice


def choices_in_records(market: ScoredMarket, side: Side) -> RecordedChoices:
    """What the applications of a market tell.

    Parameters
    ----------
    market : ScoredMarket
    side : "coordinator" or "applicant"
        *coordinator*: a set a posting, its applications; chosen is who was ever offered a seat (offered, accepted,
        declined), left who was told so (closed).
        *applicant*: a set an applicant, in the order of ``wish_rank``; applications without one come last. What was
        withdrawn is in no set. Of two applications to one posting the one that came in last tells the wish; of one
        moment, or where neither has a day, the better wish.
    """
    if side == "coordinator":
        return _collected(market, side, _decided(market), counted=Counter(_not_decided(market)))
    return _collected(market, side, _wished(market), counted=Counter(_withdrawn(market)))


def choices_in_file(
    market: ScoredMarket, side: Side, file: ChoiceFile, *, outside: bool = False, source: str = ""
) -> RecordedChoices:
    """What a file of choices tells of one side; the other side's choices in it are passed over.

    Parameters
    ----------
    market : ScoredMarket
        Holds everybody and every posting the file names.
    side : "coordinator" or "applicant"
    file : ChoiceFile
    outside : bool, default False
        Keep the sets of which nobody was chosen, for :meth:`~features.learning.choice_sets.ChoiceSets.with_outside`.
    source : str, optional
        Name of the file, for errors of what is learned from the sets.

    Raises
    ------
    RecordError
        If an id is not in the market, naming the choice and the column.

    Notes
    -----
    The order of the file is no information: choices are read in the order of whose they are, who is shown in that of
    the ids, so that the same choices give the same weights to the last bit.
    """
    _verify_known(market, file)
    where = f"{source}: " if source else ""
    chosen = [
        _Named(f"{where}choices[{row}] of {_owner(one)}", _sorted(one))
        for row, one in enumerate(file.choices)
        if (one.posting_id is None) == (side == "applicant")
    ]
    chosen.sort(key=lambda named: _key(named.choice))
    return _collected(market, side, chosen, counted=Counter(), outside=outside)


def _key(one: Choice) -> tuple[str, str, tuple[str, ...], tuple[tuple[str, ...], ...]]:
    return one.posting_id or one.applicant_id or "", one.decided_by or "", one.shown, one.places


def _owner(one: Choice) -> str:
    return f"posting {one.posting_id}" if one.posting_id is not None else f"applicant {one.applicant_id}"


def _sorted(one: Choice) -> Choice:
    return one.model_copy(
        update={"shown": tuple(sorted(one.shown)), "chosen": tuple(tuple(sorted(place)) for place in one.places)}
    )


def _verify_known(market: ScoredMarket, file: ChoiceFile) -> None:
    applicants, postings = market.applicants.index_of, market.postings.index_of
    for row, one in enumerate(file.choices):
        at, others, side = f"choices[{row}]", postings, "posting"
        if one.posting_id is not None:
            _verify_one(postings, one.posting_id, "posting", f"{at}.posting_id")
            others, side = applicants, "applicant"
        else:
            _verify_one(applicants, one.applicant_id or "", "applicant", f"{at}.applicant_id")
        for place, an_id in enumerate(one.shown):
            _verify_one(others, an_id, side, f"{at}.shown[{place}]")


def _verify_one(index_of: Mapping[str, int], an_id: str, side: str, place: str) -> None:
    """The id itself is not told: in a file of choices it may be a person's name by mistake."""
    if an_id not in index_of:
        raise RecordError(f"{place}: this {side} is not among the {len(index_of)} {side}s given")


def _decided(market: ScoredMarket) -> Iterable[_Named]:
    offered: dict[str, dict[str, bool]] = {}
    for one in market.records.applications:
        if one.status in _CHOSEN | _LEFT:
            of_call = offered.setdefault(one.posting_id, {})  # who applied twice and was offered once was offered
            of_call[one.applicant_id] = one.status in _CHOSEN or of_call.get(one.applicant_id, False)
    for posting_id, was_offered in sorted(offered.items()):
        taken = tuple(sorted(an_id for an_id, is_offered in was_offered.items() if is_offered))
        choice = Choice(posting_id=posting_id, shown=tuple(sorted(was_offered)), chosen=(taken,) if taken else ())
        yield _Named(f"the applications for {_owner(choice)}", choice)


def _withdrawn(market: ScoredMarket) -> Mapping[str, int]:
    return {"withdrawn": sum(one.status == "withdrawn" for one in market.records.applications)}


def _not_decided(market: ScoredMarket) -> Mapping[str, int]:
    return {"undecided": sum(one.status in _OPEN for one in market.records.applications), **_withdrawn(market)}


def _wished(market: ScoredMarket) -> Iterable[_Named]:
    by_applicant: dict[str, dict[str, Application]] = {}
    for one in market.records.applications:
        if one.status != "withdrawn":
            told = by_applicant.setdefault(one.applicant_id, {})
            told[one.posting_id] = max(told.get(one.posting_id, one), one, key=_last_word)
    for applicant_id, last in sorted(by_applicant.items()):
        rank_of = {posting_id: one.wish_rank for posting_id, one in last.items()}
        ranks = sorted({rank for rank in rank_of.values() if rank is not None})
        places = tuple(tuple(sorted(p for p, rank in rank_of.items() if rank == number)) for number in ranks)
        choice = Choice(applicant_id=applicant_id, shown=tuple(sorted(rank_of)), chosen=places)
        yield _Named(f"the applications of {_owner(choice)}", choice)


def _last_word(one: Application) -> tuple[float, float]:
    came = -math.inf if one.received_at is None else moment_of(one.received_at).timestamp()
    return came, -math.inf if one.wish_rank is None else -one.wish_rank


def _collected(
    market: ScoredMarket, side: Side, choices: Iterable[_Named], *, counted: Counter[str], outside: bool = False
) -> RecordedChoices:
    parts, places, whose, offices = list[npt.NDArray[np.float64]](), list[list[int]](), list[str](), list[str]()
    called = list[str]()
    for name, choice in choices:
        own, others = _rows(market, side, choice)
        kept = _readable(market, side, own, others, counted)
        place_of = {an_id: number for number, ids in enumerate(choice.places, start=1) for an_id in ids}
        place = [place_of.get(choice.shown[at], 0) for at in kept]
        reason = _says_nothing(choice, place, outside=outside)
        if reason:
            counted[reason] += 1
        else:
            parts.append(term_values(market, side, own, [others[at] for at in kept]))
            places.append(place)
            office = market.records.postings[own].municipality_code if side == "coordinator" else ""
            offices.append(office)
            called.append(name)
            whose.append(choice.applicant_id or _OFFICE_AND_PERSON.join((office, choice.decided_by or "")))
    names = tuple(sorted(set(offices)))
    office_of = np.array([names.index(office) for office in offices], dtype=np.int64)
    sets = _sets(terms_of(side), parts, places, whose)
    return RecordedChoices(
        side,
        replace(sets, office=office_of if side == "coordinator" else None, name=tuple(called)),
        office_of,
        names,
        {reason: count for reason, count in sorted(counted.items()) if count},
    )


def _says_nothing(choice: Choice, place: Sequence[int], *, outside: bool) -> str:
    """Why a set is left out; empty where it is not."""
    if choice.chosen and not any(place):
        return "chosen_left_out"  # also with ``outside``: somebody was chosen, so it was not the choice of nobody
    if not choice.chosen and not outside:
        return "nobody_chosen"
    return "nobody_left" if not place or (not outside and len(set(place)) < 2) else ""


def _rows(market: ScoredMarket, side: Side, choice: Choice) -> tuple[int, list[int]]:
    applicants, postings = market.applicants.index_of, market.postings.index_of
    if side == "coordinator":
        own = row_of(postings, choice.posting_id or "", "posting")
        return own, [row_of(applicants, an_id, "applicant") for an_id in choice.shown]
    own = row_of(applicants, choice.applicant_id or "", "applicant")
    return own, [row_of(postings, an_id, "posting") for an_id in choice.shown]


def _readable(market: ScoredMarket, side: Side, own: int, others: Sequence[int], counted: Counter[str]) -> list[int]:
    """Positions of those who may be compared: not excluded by a rule, and not against their wish."""
    rows = np.array(others, dtype=np.int64)
    if side == "coordinator":
        is_excluded = market.verdicts.column(rows, own) >= EXCLUDED
        is_unordered = market.wants_no_order[rows]
    else:
        column = [market.verdicts.column(np.array([own], dtype=np.int64), j)[0] for j in others]
        is_excluded = np.array(column, dtype=np.int64) >= EXCLUDED
        is_unordered = np.full(rows.size, market.wants_no_order[own])
    counted["excluded"] += int(is_excluded.sum())
    counted["wants_no_order"] += int((is_unordered & ~is_excluded).sum())
    kept: list[int] = np.flatnonzero(~is_excluded & ~is_unordered).tolist()
    return kept


def _sets(
    terms: tuple[str, ...], parts: list[npt.NDArray[np.float64]], places: list[list[int]], whose: list[str]
) -> ChoiceSets:
    if not parts:
        return ChoiceSets.empty(terms)
    indptr = totals_before([len(place) for place in places])
    cluster = np.unique(np.array(whose), return_inverse=True)[1].astype(np.int64)
    flat = np.array([number for place in places for number in place], dtype=np.int64)
    return ChoiceSets(terms, np.concatenate(parts), indptr, flat, cluster)
