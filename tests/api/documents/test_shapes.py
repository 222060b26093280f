"""What documents accept and refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from api.documents.errors import DocumentError
from api.documents.shapes import read_provenance, read_ranking, read_recommendation

Json = dict[str, Any]


def test_keys_a_document_does_not_print_are_passed_over(ranking: Json) -> None:
    ranking["added_later"] = {"anything": 1}

    assert read_ranking(ranking, posting_id="p-459-01").candidates[0].applicant_id == "a-1000"


def test_tuples_are_read_like_lists(ranking: Json) -> None:
    ranking["candidates"] = tuple(ranking["candidates"])

    assert len(read_ranking(ranking, posting_id="p-459-01").candidates) == 8


def test_a_score_outside_its_interval_is_refused_with_its_place(make_ranking: Callable[..., Json]) -> None:
    broken = make_ranking(2)
    broken["candidates"][1]["high"] = 0.0

    with pytest.raises(DocumentError, match=r"ranking\.candidates\[1\].*expected low <= score <= high"):
        read_ranking(broken, posting_id="p-459-01")


@pytest.mark.parametrize("number", [float("nan"), float("inf"), "high"])
def test_a_score_that_is_no_number_is_refused(make_ranking: Callable[..., Json], number: object) -> None:
    broken = make_ranking(1)
    broken["candidates"][0]["score"] = number

    with pytest.raises(DocumentError, match=r"ranking\.candidates\[0\]\.score"):
        read_ranking(broken, posting_id="p-459-01")


def test_an_unknown_verdict_is_refused(make_ranking: Callable[..., Json]) -> None:
    broken = make_ranking(1)
    broken["candidates"][0]["verdicts"] = [broken["candidates"][0]["verdicts"][0] | {"verdict": "forbidden"}]

    with pytest.raises(DocumentError, match=r"verdicts\[0\]\.verdict"):
        read_ranking(broken, posting_id="p-459-01")


def test_an_error_never_repeats_what_a_person_wrote(recommendation: Json) -> None:
    recommendation["postings"][0]["reasons"] = [{"term": "mission", "sentence": "人には見せない文"}]

    with pytest.raises(DocumentError) as refusal:
        read_recommendation(recommendation)

    assert "人には見せない文" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_a_document_without_a_date_is_refused_rather_than_dated_by_the_clock() -> None:
    with pytest.raises(DocumentError, match="provenance"):
        read_provenance({"seed": 1})


def test_the_date_is_read_under_both_of_its_names() -> None:
    assert read_provenance({"on": "2026-11-23"}) == read_provenance({"generated_for_date": "2026-11-23"})


def test_a_ranking_of_another_posting_is_refused(ranking: Json) -> None:
    with pytest.raises(DocumentError, match="the ranking is of posting p-459-01, expected posting p-9"):
        read_ranking(ranking, posting_id="p-9")
