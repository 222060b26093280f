"""A market that was made from the one before equals the market of all records read anew, bit for bit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from features.lists.interest import later_pairs, read_pairs
from features.lists.ranking import rank, recommend
from features.market.change import asked_otherwise, laid_out_anew, later_market
from features.market.record_change import RecordChange
from features.market.scored_market import ScoredMarket, read_market
from features.records import Applicant, Application, Records
from features.rules import shipped_rulesets
from features.scoring import Scores
from features.synthetic import sample_date, sample_market
from features.tables.splice import Splice
from features.terms.factor import Factor, InnerTerm
from features.weights import default_weights

ON = sample_date()
Step = Callable[[np.random.Generator, Records], RecordChange]


@lru_cache(maxsize=1)
def _sample() -> Records:
    return sample_market(n_applicants=40, n_postings=14, n_kigyojin_postings=4, n_company_people=6)


@lru_cache(maxsize=1)
def _some() -> Records:
    """The market a test begins with; the rest of the sample are people and calls that may come."""
    whole = _sample()
    people = {person.applicant_id for person in (*whole.applicants[:20], *whole.applicants[-4:])}
    calls = {call.posting_id for call in (*whole.postings[:7], *whole.postings[-3:])}
    return Records(
        applicants=tuple(a for a in whole.applicants if a.applicant_id in people),
        postings=tuple(p for p in whole.postings if p.posting_id in calls),
        applications=_numbered((a, p) for a in sorted(people)[::2] for p in sorted(calls)[::3]),
    )


def _numbered(pairs: Any) -> tuple[Application, ...]:
    return tuple(_application(f"x{k:03}", a, p) for k, (a, p) in enumerate(pairs))


def _application(an_id: str, applicant_id: str, posting_id: str, **parts: Any) -> Application:
    return Application(application_id=an_id, applicant_id=applicant_id, posting_id=posting_id, **parts)


def _one(rng: np.random.Generator, among: Sequence[Any]) -> Any:
    return among[int(rng.integers(len(among)))]


def _person_rewrites(rng: np.random.Generator, records: Records) -> RecordChange:
    person, other = _one(rng, records.applicants), _one(rng, _sample().applicants)
    kept = {name: getattr(other, name) for name in ("selection_profile", "private_preferences", "consent")}
    return _put(applicants=(person.model_copy(update=kept),))


def _person_copies_a_call(rng: np.random.Generator, records: Records) -> RecordChange:
    person, call = _one(rng, records.applicants), _one(rng, records.postings)
    profile = person.selection_profile.model_copy(update={"motivation_text": f"{call.mission_text}山で働きたいです。"})
    return _put(applicants=(person.model_copy(update={"selection_profile": profile}),))


def _person_wishes(rng: np.random.Generator, records: Records) -> RecordChange:
    person = _one(rng, records.applicants)
    wishes = person.private_preferences.model_copy(
        update={
            "regions_refused": (_one(rng, ["北海道", "東北", "高知県"]),),
            "min_monthly_pay_yen": 100_000 + int(rng.integers(9)),
        }
    )
    consent = None if rng.integers(2) else {"automated_order": False}
    changed = person.model_dump(exclude_unset=True) | {"private_preferences": wishes, "consent": consent}
    return _put(applicants=(Applicant.model_validate(changed),))


def _people_come(rng: np.random.Generator, records: Records) -> RecordChange:
    here = {person.applicant_id for person in records.applicants}
    new = [person for person in _sample().applicants if person.applicant_id not in here]
    return _put(applicants=tuple(new[int(rng.integers(len(new))) :][:2])) if new else RecordChange()


def _person_goes(rng: np.random.Generator, records: Records) -> RecordChange:
    an_id = _one(rng, records.applicants).applicant_id
    own = {a.application_id for a in records.applications if a.applicant_id == an_id}
    return RecordChange(gone={"applicants": {an_id}, "applications": own})


def _call_is_opened_or_closed(rng: np.random.Generator, records: Records) -> RecordChange:
    call = _one(rng, records.postings)
    changes = [{"state": "closed"}, {"state": "open"}, {"seats_left": 0}, {"deadline": ON - timedelta(days=1)}]
    return _put(postings=(call.model_copy(update=_one(rng, changes)),))


def _call_is_rewritten(rng: np.random.Generator, records: Records) -> RecordChange:
    call, other = _one(rng, records.postings), _one(rng, _sample().postings)
    names = ("title", "mission_text", "activities", "zone", "required_skills", "monthly_pay_yen", "start_date")
    return _put(postings=(call.model_copy(update={name: getattr(other, name) for name in names}),))


def _calls_come(rng: np.random.Generator, records: Records) -> RecordChange:
    here = {call.posting_id for call in records.postings}
    new = [call for call in _sample().postings if call.posting_id not in here]
    return _put(postings=(_one(rng, new),)) if new else RecordChange()


def _call_goes(rng: np.random.Generator, records: Records) -> RecordChange:
    an_id = _one(rng, records.postings).posting_id
    own = {a.application_id for a in records.applications if a.posting_id == an_id}
    return RecordChange(gone={"postings": {an_id}, "applications": own})


def _somebody_applies(rng: np.random.Generator, records: Records) -> RecordChange:
    number = f"x{int(rng.integers(1_000)):03}"
    person, call = _one(rng, records.applicants).applicant_id, _one(rng, records.postings).posting_id
    return _put(applications=(_application(number, person, call, received_at=ON),))


def _application_moves_on(rng: np.random.Generator, records: Records) -> RecordChange:
    if not records.applications:
        return RecordChange()
    status = _one(rng, ["screened", "interview", "offered", "declined", "withdrawn", "closed"])
    return _put(applications=(_one(rng, records.applications).model_copy(update={"status": status}),))


def _application_goes(rng: np.random.Generator, records: Records) -> RecordChange:
    gone = {_one(rng, records.applications).application_id} if records.applications else set()
    return RecordChange(gone={"applications": gone})


def _all_at_once(rng: np.random.Generator, records: Records) -> RecordChange:
    person, call = _person_rewrites(rng, records), _call_is_rewritten(rng, records)
    applies = _somebody_applies(rng, records)
    parts = {"applicants": person.put.applicants, "postings": call.put.postings}
    return _put(**parts, applications=applies.put.applications)


STEPS: Sequence[Step] = (
    *(_person_rewrites, _person_copies_a_call, _person_wishes, _people_come, _person_goes),
    *(_call_is_opened_or_closed, _call_is_rewritten, _calls_come, _call_goes),
    *(_somebody_applies, _application_moves_on, _application_goes, _all_at_once),
)


def _put(**kinds: Any) -> RecordChange:
    return RecordChange(Records.model_construct(**{kind: kinds.get(kind, ()) for kind in Records.model_fields}))


def _made(market: ScoredMarket) -> ScoredMarket:
    """Every part made, so that the next market is made from it."""
    for part in ("verdicts", "coordinator", "applicant", "applied_to", "is_open", "wants_no_order"):
        getattr(market, part)
    return market


def _assert_same_factor(name: str, one: Factor, other: Factor) -> None:
    if isinstance(one, InnerTerm) and isinstance(other, InnerTerm):
        pairs: list[tuple[Any, Any]] = [(one.left_of(slice(None)), other.left_of(slice(None)))]
        pairs += [
            (getattr(one, part), getattr(other, part))
            for part in ("right", "known_left", "known_right", "valued_right")
        ]
    else:
        pairs = [(getattr(one, part), getattr(other, part)) for part in ("a", "b", "table", "low", "high")]
    for left, right in pairs:
        assert left.dtype == right.dtype, name
        np.testing.assert_array_equal(left, right, err_msg=name)


def _assert_same_scores(one: Scores, other: Scores) -> None:
    assert one.names == other.names
    np.testing.assert_array_equal(one.weights, other.weights)
    for name, left, right in zip(one.names, one.factors, other.factors, strict=True):
        _assert_same_factor(name, left, right)
    everything = slice(None)
    np.testing.assert_array_equal(one.block(everything, everything), other.block(everything, everything))


def _assert_same(one: ScoredMarket, other: ScoredMarket, rng: np.random.Generator) -> None:
    assert one.records == other.records
    assert (one.applicants.ids, one.postings.ids) == (other.applicants.ids, other.postings.ids)
    for part in ("selection", "eligibility", "private"):
        assert getattr(one.applicants, part).frame.equals(getattr(other.applicants, part).frame)
    assert one.postings.frame.equals(other.postings.frame)
    everything = slice(None)
    np.testing.assert_array_equal(
        one.verdicts.codes(everything, everything), other.verdicts.codes(everything, everything)
    )
    for part in ("is_open", "wants_no_order"):
        np.testing.assert_array_equal(getattr(one, part), getattr(other, part))
    assert {j: rows.tolist() for j, rows in one.applied_to.items()} == {
        j: rows.tolist() for j, rows in other.applied_to.items()
    }
    _assert_same_scores(one.coordinator, other.coordinator)
    _assert_same_scores(one.applicant, other.applicant)
    for posting_id in one.postings.ids[:: 1 + int(rng.integers(3))]:
        assert rank(one, posting_id).to_json() == rank(other, posting_id).to_json()
    for applicant_id in one.applicants.ids[int(rng.integers(5)) :: 9]:
        assert recommend(one, applicant_id).to_json() == recommend(other, applicant_id).to_json()


@lru_cache(maxsize=1)
def _read_once() -> ScoredMarket:
    return _made(read_market(_some(), on=ON))


def _begun() -> ScoredMarket:
    """The market a test begins with, of which nothing was told yet; every change makes another, so it is read once."""
    market = read_market(_some(), on=ON)
    vars(market).update(vars(_read_once()))
    return market


def _after(step: Step, rng: np.random.Generator, market: ScoredMarket) -> tuple[ScoredMarket, ScoredMarket]:
    later = _made(later_market(market, step(rng, market.records)))
    return later, read_market(later.records, on=ON)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__.strip("_"))
def test_what_changed_alone_is_enough(step: Step) -> None:
    rng = np.random.default_rng(STEPS.index(step))
    market = _begun()

    _assert_same(*_after(step, rng, market), rng)


@pytest.mark.parametrize("seed", range(4))
def test_any_changes_one_after_the_other_end_where_reading_anew_ends(seed: int) -> None:
    rng = np.random.default_rng(seed)
    market = _begun()

    for _ in range(12):
        step: Step = _one(rng, STEPS)
        market = _made(later_market(market, step(rng, market.records)))
    _assert_same(market, read_market(market.records, on=ON), rng)


def test_another_day_other_weights_and_rules_need_nothing_read_again() -> None:
    rng = np.random.default_rng(7)
    market = _begun()
    day, rules = ON - timedelta(days=300), shipped_rulesets()
    doubled = {name: weight * (1 + (name == "work_done")) for name, weight in default_weights().coordinator.items()}
    weights = replace(default_weights(), coordinator=doubled)

    other = asked_otherwise(market, on=day, weights=weights, rulesets=rules)
    assert other.applicants is market.applicants
    assert other.coordinator_factors is market.coordinator_factors
    _assert_same(_made(other), read_market(market.records, on=day, weights=weights, rulesets=rules), rng)


def test_laid_out_anew_a_market_is_the_same_and_shares_no_row_of_a_person() -> None:
    rng = np.random.default_rng(8)
    market = _begun()
    market = _made(later_market(market, _person_goes(rng, market.records)))
    anew = laid_out_anew(market)

    _assert_same(_made(anew), read_market(market.records, on=ON), rng)
    factors = [factor for factor in anew.own_factors.values() if isinstance(factor, InnerTerm)]
    assert {len(factor.left) for factor in factors} == {len(market.records.applicants)}
    assert all(factor.at is None and factor.added is None for factor in factors)


def test_many_changed_rows_are_laid_out_together_again() -> None:
    rng = np.random.default_rng(9)
    term = _vectors(rng, 40)
    people = term.left
    for _ in range(300):
        row, new = int(rng.integers(40)), _vectors(rng, 1)
        kept = np.arange(40)
        kept[row] = -1
        term, people = term.spliced(Splice(kept), new), np.where(kept[:, None] < 0, new.left, people)

    np.testing.assert_array_equal(term.left_of(slice(None)), people)
    np.testing.assert_array_equal(term.left_of(np.array([3, 1]), np.array([2])), people[[3, 1]][:, [2]])
    assert term.added is not None
    assert len(term.added) < 256


def _vectors(rng: np.random.Generator, n: int) -> InnerTerm:
    left = np.asarray(rng.random((n, 5)) / 8, dtype=np.float32)
    return InnerTerm(left, np.ones((2, 5), dtype=np.float32), np.ones(n, np.bool_), np.ones(2, np.bool_))


@pytest.mark.parametrize(
    "step",
    [_person_rewrites, _people_come, _person_goes, _call_is_opened_or_closed],
    ids=lambda step: step.__name__.strip("_"),
)
def test_interest_reads_the_pairs_of_the_changed_alone(step: Step) -> None:
    rng = np.random.default_rng(10)
    market = _begun()
    later, anew = _after(step, rng, market)
    found, whole = later_pairs(read_pairs(market), market, later), read_pairs(anew)

    for part in ("own", "bands", "allowed", "acceptable", "own_lists"):
        np.testing.assert_array_equal(getattr(found, part), getattr(whole, part))


def test_one_column_of_verdicts_is_that_of_the_block() -> None:
    market = read_market(_sample(), on=ON)
    codes, rows = market.verdicts.codes(slice(None), slice(None)), np.array([1, 5, 20, 41])

    for j in range(len(market.postings)):
        np.testing.assert_array_equal(market.verdicts.column(rows, j), codes[rows, j])
        np.testing.assert_array_equal(market.verdicts.codes(slice(j, j + 1), slice(None))[0], codes[j])


def test_questions_told_before_somebody_else_changed_are_asked_anew() -> None:
    """What may be answered is what other people answered; the questions of the market before were told."""
    rng = np.random.default_rng(1)
    market = _begun()
    asked = market.applicants.ids[:6]
    for applicant_id in asked:
        recommend(market, applicant_id)

    for _ in range(2):
        later, anew = _after(_person_rewrites, rng, market)
        for applicant_id in asked:
            assert recommend(later, applicant_id).to_json() == recommend(anew, applicant_id).to_json()


def test_a_pair_is_told_once_until_one_of_the_two_records_changes() -> None:
    market = _begun()
    posting_id = max(market.postings.ids, key=lambda an_id: len(rank(market, an_id).candidates))
    first, again = (rank(market, posting_id).candidates for _ in range(2))
    person = market.records.applicants[market.applicants.index_of[first[0].id]]
    changed = _put(applicants=(person.model_copy(update={"months_served": 3}),))
    later = {line.id: line for line in rank(_made(later_market(market, changed)), posting_id).candidates}

    assert len(first) > 1
    assert all(line.reasons is told.reasons for line, told in zip(first, again, strict=True))
    assert [line.id for line in first if line.id not in later or later[line.id].reasons is not line.reasons] == [
        person.applicant_id
    ]
