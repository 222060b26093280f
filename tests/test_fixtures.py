"""The hand-written market: it loads, its references resolve, and its README tells who is who."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from features.json_files.record_files import load_records
from features.lists.ranking import rank
from features.market.scored_market import ScoredMarket, read_market
from features.records import Applicant, Posting, Records
from features.rules import eligibility
from features.text import word_set

FIXTURES = Path(__file__).parent.parent / "fixtures"
SMALL = [FIXTURES / "small" / "applicants.json", FIXTURES / "small" / "postings.json"]
TODAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def records() -> Records:
    return load_records(SMALL)


def applicant(records: Records, applicant_id: str) -> Applicant:
    return next(person for person in records.applicants if person.applicant_id == applicant_id)


def posting(records: Records, posting_id: str) -> Posting:
    return next(call for call in records.postings if call.posting_id == posting_id)


def words(person: Applicant) -> set[str]:
    profile = person.selection_profile
    return set(word_set(f"{profile.motivation_text or ''}{profile.plan_text or ''}"))


def test_twelve_postings_and_thirty_applicants_of_both_programmes(records: Records) -> None:
    assert len(records.postings) == 12
    assert len(records.applicants) == 30
    assert {call.program for call in records.postings} == {"kyoryokutai", "kigyojin"}
    assert {program for person in records.applicants for program in person.programs} == {"kyoryokutai", "kigyojin"}
    assert (len(records.applications), len(records.households), len(records.companies)) == (35, 1, 2)


def test_nobody_applies_across_programmes(records: Records) -> None:
    for application in records.applications:
        person, call = applicant(records, application.applicant_id), posting(records, application.posting_id)
        assert call.program in person.programs, application.application_id


def test_the_readme_tells_every_record_and_no_other(records: Records) -> None:
    readme = (FIXTURES / "README.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in readme.splitlines() if line.startswith("| `")]
    told = {name for row in rows for name in re.findall(r"`([apbg]\d\d)`", row)}

    assert told == {p.applicant_id for p in records.applicants} | {c.posting_id for c in records.postings}


@pytest.mark.parametrize(
    ("applicant_id", "posting_id", "verdict"),
    [
        ("a01", "p01", "covered"),
        ("a02", "p06", "covered"),
        ("a05", "p02", "not_covered"),
        ("a05", "p09", "covered"),
        ("a06", "p04", "needs_district"),
        ("a07", "p03", "covered"),
        ("a08", "p02", "covered"),
        ("a08", "p01", "not_covered"),
        ("a09", "p03", "not_covered"),
        ("a10", "p03", "covered"),
        ("a11", "p04", "not_covered"),
        ("a12", "p04", "covered"),
        ("a13", "p04", "needs_review"),
        ("a14", "p03", "not_covered"),
        ("a15", "p03", "needs_review"),
        ("a16", "p07", "covered"),
        ("a17", "p07", "not_covered"),
        ("a18", "p05", "needs_district"),
        ("a19", "p08", "covered"),
        ("a23", "p02", "not_covered"),
        ("b01", "g01", "needs_review"),
        ("b02", "g01", "not_covered"),
        ("b03", "g02", "needs_review"),
        ("b04", "g02", "not_covered"),
        ("b05", "g01", "needs_review"),
        ("b06", "g03", "needs_review"),
    ],
)
def test_cases_get_the_verdict_the_readme_promises(
    records: Records, applicant_id: str, posting_id: str, verdict: str
) -> None:
    found = eligibility(applicant(records, applicant_id), posting(records, posting_id), on=TODAY)

    assert found.verdict == verdict


def test_the_bookbinder_shares_no_word_with_the_lantern_workshop(records: Records) -> None:
    call = set(word_set(posting(records, "p06").mission_text or ""))

    assert call
    assert not words(applicant(records, "a02")) & call


def test_the_stuffed_application_repeats_the_words_of_the_call(records: Records) -> None:
    call = set(word_set(posting(records, "p01").mission_text or ""))
    stuffed, honest = words(applicant(records, "a03")), words(applicant(records, "a01"))

    assert len(stuffed & call) / len(stuffed) > 0.6
    assert len(stuffed & call) / len(stuffed) > len(honest & call) / len(honest)


def test_the_stock_clerk_denies_what_the_call_asks_for(records: Records) -> None:
    text = applicant(records, "a04").selection_profile.motivation_text or ""

    assert "接客は苦手" in text
    assert "接客" not in words(applicant(records, "a04"))


def market_of(records: Records) -> ScoredMarket:
    """A market in which everybody is read for every call, whoever applied."""
    return read_market(records.model_copy(update={"applications": ()}), on=TODAY)


@pytest.fixture(scope="module")
def market(records: Records) -> ScoredMarket:
    return market_of(records)


def order(market: ScoredMarket, posting_id: str) -> list[str]:
    """Everybody in the order a coordinator reads them."""
    return [line.id for line in rank(market, posting_id).candidates]


def test_the_bookbinder_is_read_first_at_the_lantern_workshop(market: ScoredMarket) -> None:
    assert order(market, "p06")[0] == "a02"


def test_the_stuffed_application_is_read_after_the_honest_one(market: ScoredMarket) -> None:
    found = order(market, "p01")

    assert found.index("a01") < found.index("a03")


def test_the_order_of_the_applicants_in_the_file_decides_nothing(records: Records, market: ScoredMarket) -> None:
    turned = market_of(records.model_copy(update={"applicants": records.applicants[::-1]}))

    for call in records.postings:
        assert order(turned, call.posting_id) == order(market, call.posting_id), call.posting_id
