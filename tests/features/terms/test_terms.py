"""What holds for every term: its form, its range, its profile and its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.errors import WeightError
from features.records import Applicant, Posting
from features.scoring import coordinator_factors
from features.tables import ApplicantTable, SelectionColumns, applicant_table, posting_table
from features.terms import ALL_TERMS, PRIVATE_TERMS, SELECTION_TERMS
from features.terms.factor import Factor, InnerTerm, LookupTerm
from features.terms.term import PrivateTerm, SelectionTerm, Term
from tests.features.terms.pairs import build, find, scores_of
from tests.features.terms.records import CODES, applicant, calls, exceptions, people, posting, private_wishes

TERMS = pytest.mark.parametrize("term", ALL_TERMS, ids=lambda term: term.name)
# words that judge a person, and anything that looks like a score
JUDGING = re.compile(r"優秀|優れ|劣|不適|適任|ふさわし|低い|高評価|点数|スコア|評価|残念|だめ|[0-9]点")


def _arrays(factor: Factor) -> Iterator[np.ndarray[Any, Any]]:
    names = ("left", "right", "known_left", "known_right") if isinstance(factor, InnerTerm) else ("a", "b", "table")
    yield from (getattr(factor, name) for name in names)


def test_names_are_unique_and_every_term_is_listed_once() -> None:
    names = [term.name for term in ALL_TERMS]

    assert len(set(names)) == len(names)
    assert set(ALL_TERMS) == {*SELECTION_TERMS, *PRIVATE_TERMS}


def test_the_terms_of_the_first_set_are_there() -> None:
    asked = {
        *("work_done", "work_wanted", "mission_meaning", "mission_text", "skill_coverage", "activity_wish"),
        *("place_link", "availability", "pay"),
        *("housing", "car", "side_job", "snow", "island", "hospital", "high_school", "broadband"),
        *("distance_from_origin", "region_wish", "host_readiness"),
    }

    assert asked <= {term.name for term in ALL_TERMS}


@TERMS
def test_a_term_says_what_it_reads_why_and_what_to_ask(term: Term) -> None:
    japanese = re.compile(r"[ぁ-んァ-ン一-龥]")

    assert japanese.search(term.title)
    assert term.question.endswith(("。", "）。", "か。"))
    assert "もらってください" not in term.question_for("applicant")
    assert (term.question_for("applicant") != term.question) == ("coordinator" in term.audiences)
    assert japanese.search(term.evidence)
    assert term.data_class in {"P2", "P3", "P4", "posting"}
    assert (term.data_class in {"P2", "P4"}) == isinstance(term, PrivateTerm)
    assert "applicant" in term.audiences


@pytest.mark.parametrize("term", PRIVATE_TERMS, ids=lambda term: term.name)
def test_a_private_term_cannot_be_built_into_a_coordinators_score(term: PrivateTerm) -> None:
    applicants, postings = applicant_table([applicant()]), posting_table([posting()])

    with pytest.raises(WeightError, match=f"term {term.name} is not for coordinators"):
        coordinator_factors([term], applicants.selection, postings)  # type: ignore[list-item]


def test_the_types_let_a_coordinators_score_read_the_selection_profile_only() -> None:
    hints = get_type_hints(coordinator_factors)
    read = get_args(get_type_hints(SelectionTerm)["build"])[0]
    private = applicant_table([applicant()])

    assert get_args(hints["terms"]) == (SelectionTerm,)
    assert hints["applicants"] is SelectionColumns
    assert read[0] is SelectionColumns
    assert not issubclass(PrivateTerm, SelectionTerm)
    assert not {*private.private.frame.columns, *private.eligibility.frame.columns} & {*private.selection.frame.columns}


@given(
    who=people(),
    where=calls(),
    poison=st.lists(private_wishes, min_size=4, max_size=4),
    origin=st.sampled_from(CODES),
    exception=exceptions,
)
@settings(max_examples=25, deadline=None)
def test_private_wishes_origin_and_exception_change_no_bit_of_a_selection_term(
    who: list[Applicant], where: list[Posting], poison: list[dict[str, Any]], origin: str, exception: Any
) -> None:
    poisoned = [_poisoned(a, wishes, origin, exception) for a, wishes in zip(who, poison, strict=False)]
    before, after, postings = applicant_table(who), applicant_table(poisoned), posting_table(where)

    for term in SELECTION_TERMS:
        pairs = zip(_arrays(build(term, before, postings)), _arrays(build(term, after, postings)), strict=True)
        assert all(clean.tobytes() == dirty.tobytes() for clean, dirty in pairs), term.name


def _poisoned(one: Applicant, wishes: dict[str, Any], origin: str, exception: Any) -> Applicant:
    content = one.model_dump()
    content["private_preferences"] = wishes
    content["selection_profile"] |= {"origin": {"municipality_code": origin, "zone": "inside"}, "exception": exception}
    return Applicant.model_validate(content | {"months_served": 7})


@given(who=people(), where=calls())
@settings(max_examples=40, deadline=None)
def test_contributions_and_bounds_lie_between_0_and_1(who: list[Applicant], where: list[Posting]) -> None:
    applicants, postings = applicant_table(who), posting_table(where)

    for term in ALL_TERMS:
        assert isinstance(build(term, applicants, postings), InnerTerm | LookupTerm)
        scores = scores_of(term, applicants, postings)
        low, value, high = (scores.block(slice(None), slice(None), bound=b) for b in ("low", "value", "high"))
        assert np.all(low >= -1e-6), term.name
        assert np.all(low <= value + 1e-6), term.name
        assert np.all(value <= high + 1e-6), term.name
        assert np.all(high <= 1 + 1e-6), term.name


@given(who=people(), where=calls())
@settings(max_examples=40, deadline=None)
def test_phrases_stand_in_the_records_word_for_word(who: list[Applicant], where: list[Posting]) -> None:
    applicants, postings = applicant_table(who), posting_table(where)

    for term in ALL_TERMS:
        for i, one in enumerate(who):
            for j, call in enumerate(where):
                found = find(term, applicants, i, postings, j)
                if found is not None:
                    assert found.applicant_phrase is None or _holds(one, found.applicant_phrase), term.name
                    assert found.posting_phrase is None or _holds(call, found.posting_phrase), term.name
                    assert found.applicant_phrase != ""
                    assert found.sentence.endswith("。")
                    assert not JUDGING.search(found.sentence), found.sentence


def _holds(record: Applicant | Posting, phrase: str) -> bool:
    return any(phrase in text for text in _texts(record.model_dump(mode="json")))


def _texts(content: object) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        yield from (text for value in content.values() for text in _texts(value))
    elif isinstance(content, list):
        yield from (text for value in content for text in _texts(value))


@given(who=people(least=2), where=calls(least=2))
@settings(max_examples=25, deadline=None)
def test_a_finding_never_contradicts_what_is_known(who: list[Applicant], where: list[Posting]) -> None:
    applicants, postings = applicant_table(who), posting_table(where)

    for term in ALL_TERMS:
        scores = scores_of(term, applicants, postings)
        for i in range(len(who)):
            row = scores.row(i)
            for j in range(len(where)):
                found = find(term, applicants, i, postings, j)
                width = row.high[j].item() - row.low[j].item()
                if found is not None and found.kind == "gap":
                    assert row.value[j].item() < 0.99, term.name
                if found is not None and found.kind == "reason":
                    assert row.high[j].item() > 0, term.name
                if width > 0.99:
                    assert found is None or found.kind != "reason", term.name


@TERMS
def test_no_applicant_and_no_posting_is_a_market_too(term: Term) -> None:
    nobody, nowhere = applicant_table([]), posting_table([])
    somebody, somewhere = applicant_table([applicant()]), posting_table([posting()])

    for applicants, postings in ((nobody, somewhere), (somebody, nowhere), (nobody, nowhere)):
        factor = build(term, applicants, postings)
        shape = (
            (len(factor.left), len(factor.right)) if isinstance(factor, InnerTerm) else (len(factor.a), len(factor.b))
        )
        assert shape == (len(applicants), len(postings))


@TERMS
def test_who_said_nothing_to_a_posting_that_says_nothing_is_unknown_or_open(term: Term) -> None:
    applicants: ApplicantTable = applicant_table([applicant()])
    column = scores_of(term, applicants, posting_table([posting()])).column(0)

    if term.name in {"island", "snow", "high_school", "nursery"}:  # the place itself is known
        assert column.value.item() > 0
    else:
        assert column.low.item() < column.value.item() < column.high.item()
