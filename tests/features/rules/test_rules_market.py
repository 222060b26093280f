"""A market is judged as tables of states; every cell is what the pair alone would be told."""

from __future__ import annotations

from datetime import date
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.records import Applicant, Posting
from features.rules import UNJUDGED, VERDICTS, MarketVerdicts, eligibility, judge, shipped_rulesets
from features.synthetic import sample_date, sample_market
from features.tables import applicant_table, posting_table
from features.tables.columns import Columns
from features.tables.splice import Splice
from tests.kept_strategies import kept, whole_numbers

ON = date(2026, 11, 23)
EVERY = slice(None)
# one of each category, an exception town, a prefecture, and places with a namesake on the other side
PLACES = [
    "13112",
    "14100",
    "12202",
    "43100",
    "13308",
    "11207",
    "14150",
    "01468",
    "20209",
    "04100",
    "01000",
    "33202",
    None,
]
PLACE, ANY_PLACE = st.sampled_from(PLACES), st.sampled_from(PLACES[:-1])
DATES = st.sampled_from([None, date(2027, 1, 1), date(2027, 4, 1), date(2026, 10, 1)])
ZONES = st.sampled_from(["inside", "outside", "unknown"])
MONTHS = st.sampled_from([0, 12, 23, 24, 30, 36])
LICENCES = st.one_of(st.none(), st.lists(st.sampled_from(["car", "car_at", "大型", "なぞの免許"]), max_size=2))
LEVELS = st.one_of(
    st.none(), st.lists(st.sampled_from([{"code": "en", "cefr": "B1"}, {"code": "ja", "cefr": "C1"}]), max_size=1)
)
NUMBERS = st.sampled_from([None, 0, 3, 4, 10, 12, 20, 24])
TYPES = st.one_of(st.none(), st.lists(st.sampled_from(["dispatch", "sidejob", "senior"]), max_size=3))
MAYBE = st.sampled_from([None, True, False])
EXCEPTIONS = st.one_of(
    st.none(),
    st.just({"kind": "overseas"}),
    st.builds(lambda m, e: {"kind": "jet", "months": m, "months_since_end": e}, MONTHS, MONTHS),
    st.builds(
        lambda m, e, c: {"kind": "former_member", "months": m, "months_since_end": e, "municipality_code": c},
        MONTHS, MONTHS, ANY_PLACE,
    ),
)  # fmt: skip
EMPLOYERS = st.fixed_dictionaries(
    {
        "municipality_code": PLACE,
        "hq_in_metro": MAYBE,
        "tenure_months": st.sampled_from([None, 6, 24]),
        "retired": MAYBE,
        "works_in": st.one_of(st.none(), st.lists(ANY_PLACE, max_size=2)),
    }
)
PROFILES = st.fixed_dictionaries(
    {
        "origin": st.builds(lambda code, zone: code and {"municipality_code": code, "zone": zone}, PLACE, ZONES),
        "exception": EXCEPTIONS,
        "employer": st.one_of(st.none(), EMPLOYERS),
        "subtypes": TYPES,
        "licences": LICENCES,
        "languages": LEVELS,
        "days_per_month": NUMBERS,
        "hours_per_month": NUMBERS,
        "onsite_days_per_month": NUMBERS,
        "term_months": NUMBERS,
        "occupations": st.sampled_from([None, ["フリーランス"], ["営業"]]),
    }
)
PEOPLE = st.fixed_dictionaries(
    {
        "programs": st.sampled_from([["kyoryokutai"], ["kigyojin"], ["kyoryokutai", "kigyojin"], []]),
        "selection_profile": PROFILES,
        "record_moved_on": DATES,
        "months_served": st.one_of(st.none(), MONTHS),
    }
)
CALLS = st.fixed_dictionaries(
    {
        "program": st.sampled_from(["kyoryokutai", "kigyojin"]),
        "municipality_code": ANY_PLACE,
        "zone": ZONES,
        "headcount": st.just(1),
        "subtypes": st.one_of(TYPES, st.just(["mission"])),
        "contract_type": st.sampled_from([None, "itaku_kojin", "itaku_hojin", "kaikei_nendo"]),
        "term_months": st.sampled_from([None, 3, 11, 12, 40]),
        "start_date": DATES,
        "trial": st.sampled_from([None, "none", "otameshi", "intern"]),
        "required_licences": LICENCES,
        "required_languages": LEVELS,
        "min_days_per_month": NUMBERS,
        "own_funds": st.booleans(),
        "agreed_burden_yen_year": st.sampled_from([None, 7_000_000]),
    }
)


@kept
def applicants(name: str) -> st.SearchStrategy[Applicant]:
    return PEOPLE.map(lambda content: Applicant.model_validate({"applicant_id": name, **content}))


@kept
def postings(name: str) -> st.SearchStrategy[Posting]:
    return CALLS.map(lambda content: Posting.model_validate({"posting_id": name, **content}))


@st.composite
def markets(draw: st.DrawFn, least: int = 0) -> tuple[list[Applicant], list[Posting]]:
    n, m = draw(whole_numbers(least, 4)), draw(whole_numbers(least, 4))
    return [draw(applicants(f"a{k}")) for k in range(n)], [draw(postings(f"p{k}")) for k in range(m)]


def ask(people: list[Applicant], calls: list[Posting], on: date = ON) -> MarketVerdicts:
    return judge(applicant_table(people), posting_table(calls), on=on, rulesets=shipped_rulesets())


ON_DAYS = st.sampled_from([date(2024, 5, 1), date(2025, 5, 1), ON])


@settings(max_examples=120, deadline=None)
@given(markets(), ON_DAYS)
def test_every_cell_of_a_market_is_the_verdict_of_its_pair(
    market: tuple[list[Applicant], list[Posting]], on: date
) -> None:
    people, calls = market
    verdicts = ask(people, calls, on)
    codes = verdicts.codes(EVERY, EVERY)

    assert codes.shape == (len(people), len(calls))
    assert codes.dtype == np.int8
    for i, person in enumerate(people):
        for j, call in enumerate(calls):
            alone = eligibility(person, call, on=on, rulesets=shipped_rulesets())
            assert VERDICTS[codes[i, j]] == alone.verdict == verdicts.overall(i, j)
            assert verdicts.findings(i, j) == alone.findings


@settings(max_examples=120, deadline=None)
@given(markets(least=1), ON_DAYS)
def test_findings_are_the_reason_of_the_verdict(market: tuple[list[Applicant], list[Posting]], on: date) -> None:
    people, calls = market
    verdicts = ask(people, calls, on)
    for i in range(len(people)):
        for j, call in enumerate(calls):
            findings = verdicts.findings(i, j)
            assert verdicts.unmet(i, j) == tuple(
                found for found in findings if found.verdict == "not_covered" and not found.note
            )
            strengths = [VERDICTS.index(found.verdict) for found in findings if not found.note]

            assert strengths == sorted(strengths, reverse=True)
            assert VERDICTS[max(strengths, default=0)] == verdicts.overall(i, j)
            assert findings[0].verdict == verdicts.overall(i, j)
            assert (
                all(found.note for found in findings if found.rule_id.startswith(("kyo-", "kig-", "region-")))
                or not call.own_funds
            )
            assert all("{" not in found.sentence for found in findings)


@settings(max_examples=60, deadline=None)
@given(markets(least=1), st.randoms(use_true_random=False))
def test_the_order_of_people_and_postings_decides_nothing(
    market: tuple[list[Applicant], list[Posting]], random: object
) -> None:
    people, calls = market
    rows = np.random.default_rng(0).permutation(len(people))
    columns = np.random.default_rng(1).permutation(len(calls))
    codes = ask(people, calls).codes(EVERY, EVERY)
    shuffled = ask([people[i] for i in rows], [calls[j] for j in columns]).codes(EVERY, EVERY)

    assert (shuffled == codes[np.ix_(rows, columns)]).all()


@settings(max_examples=60, deadline=None)
@given(markets(least=1), st.integers(0, 4), st.integers(0, 4), st.integers(0, 4), st.integers(0, 4))
def test_a_block_is_a_cut_of_the_whole(
    market: tuple[list[Applicant], list[Posting]], r0: int, r1: int, c0: int, c1: int
) -> None:
    verdicts = ask(*market)
    rows, columns = slice(r0, r1), slice(c0, c1)

    assert (verdicts.codes(rows, columns) == verdicts.codes(EVERY, EVERY)[rows, columns]).all()


@settings(max_examples=120, deadline=None)
@given(markets(least=1), st.randoms(use_true_random=False))
def test_single_rows_of_a_column_are_read_as_the_whole_is(
    market: tuple[list[Applicant], list[Posting]], random: Random
) -> None:
    verdicts = ask(*market)
    whole = verdicts.codes(EVERY, EVERY)
    rows = np.array(random.sample(range(len(whole)), random.randint(1, len(whole))), dtype=np.int64)
    for posting in range(whole.shape[1]):
        assert verdicts.column(rows, posting).tolist() == whole[rows, posting].tolist()


def test_a_later_market_reads_the_types_of_who_is_new_and_of_who_stays() -> None:
    people = [
        Applicant(applicant_id=f"a{k}", programs=("kigyojin",), selection_profile={"subtypes": [kind]})
        for k, kind in enumerate(("dispatch", "sidejob", "senior"))
    ]
    calls = [
        Posting(posting_id=f"p{k}", program="kigyojin", municipality_code="01468", headcount=1, subtypes=[kind])
        for k, kind in enumerate(("senior", "dispatch", "sidejob"))
    ]
    whole, splice = ask(people, calls), Splice(np.array([0, -1, 1]))
    spliced = ask([people[0], people[2]], calls).spliced(applicant_table(people), splice, ask([people[1]], calls))
    assert spliced.codes(EVERY, EVERY).tolist() == whole.codes(EVERY, EVERY).tolist()


@pytest.mark.parametrize("place", ["01468", "01000", None])
def test_a_column_and_a_later_market_hold_what_a_former_place_sets_apart(place: str | None) -> None:
    """One of two people served where the posting is: that pair is kept beside the table, not in it."""
    served = {"kind": "former_member", "months": 30, "months_since_end": 8, "municipality_code": place or "20209"}
    origin = {"municipality_code": "01468"}
    plain = Applicant(applicant_id="a0", programs=("kyoryokutai",), selection_profile={"origin": origin})
    known = plain.model_copy(update={"applicant_id": "a2"})
    again = Applicant(
        applicant_id="a1", programs=("kyoryokutai",), selection_profile={"origin": origin, "exception": served}
    )
    calls = [Posting(posting_id="p0", program="kyoryokutai", municipality_code="01468", headcount=1)]
    whole = ask([plain, again, known], calls)
    codes = whole.codes(EVERY, EVERY)[:, 0].tolist()
    assert whole.column(np.array([1, 2]), 0).tolist() == codes[1:]

    # nobody of the earlier market is set apart, the one who is added may be
    later = applicant_table([plain, again, known])
    spliced = ask([plain, known], calls).spliced(later, Splice(np.array([0, -1, 1])), ask([again], calls))
    assert spliced.codes(EVERY, EVERY)[:, 0].tolist() == codes
    assert spliced.findings(1, 0) == whole.findings(1, 0)
    # and the other way round: whoever is set apart stays so
    spliced = ask([again, known], calls).spliced(later, Splice(np.array([-1, 0, 1])), ask([plain], calls))
    assert spliced.codes(EVERY, EVERY)[:, 0].tolist() == codes
    assert spliced.findings(1, 0) == whole.findings(1, 0)
    # whoever was set apart and is gone sets nobody apart, however often the market changes after that
    for stays, people in (([0, 2], [plain, known]), ([1], [known])):
        whole = whole.spliced(applicant_table(people), Splice(np.array(stays)), ask([], calls))
        alone = ask(people, calls)
        assert whole.codes(EVERY, EVERY)[:, 0].tolist() == alone.codes(EVERY, EVERY)[:, 0].tolist()
        assert whole.findings(len(people) - 1, 0) == alone.findings(len(people) - 1, 0)


@settings(max_examples=60, deadline=None)
@given(applicants("a0"), postings("p0"))
def test_own_funds_never_make_a_verdict_worse(person: Applicant, call: Posting) -> None:
    paid = call.model_copy(update={"own_funds": False})
    own = call.model_copy(update={"own_funds": True, "posting_id": "p1"})
    codes = ask([person], [paid, own]).codes(EVERY, EVERY)[0]

    assert codes[1] <= codes[0]


@settings(max_examples=60, deadline=None)
@given(applicants("a0"), postings("p0"))
def test_an_exception_never_makes_the_matrix_worse(person: Applicant, call: Posting) -> None:
    plain_profile = person.selection_profile.model_copy(update={"exception": None})
    others = {"months_served": None, "record_moved_on": None}
    plain = person.model_copy(update={"selection_profile": plain_profile, **others})
    # months at the same place count against a former member by another rule than the exception
    exception = person.selection_profile.exception
    served = getattr(exception, "municipality_code", None) == call.municipality_code
    claimed = person.model_copy(update=others)
    codes = ask([plain, claimed.model_copy(update={"applicant_id": "a1"})], [call]).codes(EVERY, EVERY)[:, 0]

    assert served or codes[1] <= codes[0]


def test_no_rule_and_no_sentence_reads_what_is_written_freely() -> None:
    records = sample_market(n_applicants=12, n_postings=8, n_kigyojin_postings=6, n_company_people=6)
    whole, postings = applicant_table(records.applicants), posting_table(records.postings)
    frames = [frame.drop(UNJUDGED, strict=False) for frame in whole.columns.frames]
    assert sum(frame.width for frame in frames) == sum(frame.width for frame in whole.columns.frames) - len(UNJUDGED)
    without = applicant_table(records.applicants)
    vars(without)["columns"] = Columns(tuple(frames))
    verdicts, same = (judge(table, postings, on=sample_date()) for table in (whole, without))
    assert np.array_equal(verdicts.codes(EVERY, EVERY), same.codes(EVERY, EVERY))
    for i, j in np.ndindex(len(whole), len(postings)):
        assert verdicts.findings(i, j) == same.findings(i, j)
        assert verdicts.open_points(i, j) == same.open_points(i, j)
