"""Explanations: order by contribution, and no two reasons that rest on the same words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from features.explain import explain_pair
from features.tables import applicant_table, posting_table
from features.terms.factor import Factor, lookup_term
from features.terms.term import Finding, SelectionTerm
from tests.features.terms.records import applicant, posting


def term(name: str, finding: Finding | None) -> SelectionTerm:
    """A term that finds the same in every pair."""
    nothing: Callable[..., Factor] = lambda *_: lookup_term(np.zeros(1), np.zeros(1), np.zeros((1, 1)))  # noqa: E731
    return SelectionTerm(
        name, name, "mission", "P3", "", "", audiences=("coordinator",), build=nothing, find=lambda *_: finding
    )


def reasons(*found: tuple[str | None, str | None]) -> list[str]:
    """Names of the reasons told of findings with these phrases, the first with the largest contribution."""
    terms = {f"t{k}": term(f"t{k}", Finding("reason", "合います。", *phrases)) for k, phrases in enumerate(found)}
    amount = np.linspace(1.0, 0.5, len(found))
    told = explain_pair(
        terms,
        tuple(terms),
        value=amount,
        width=np.zeros(len(found)),
        weights=np.ones(len(found)),
        pair=(applicant_table([applicant()]), 0, posting_table([posting()]), 0),
        rules=(),
        audience="coordinator",
    )
    return [reason.term for reason in told.reasons]


@pytest.mark.parametrize(
    ("other", "kept"),
    [
        (("宿の接客", "宿の運営"), False),
        (("接客", "宿の運営"), False),
        (("旅館で宿の接客を五年", "宿の運営と広報"), False),
        (("宿の接客", "町の広報"), True),
        (("写真の撮影", "宿の運営"), True),
        ((None, "宿の運営"), True),
        ((None, None), True),
    ],
)
def test_a_reason_that_quotes_what_an_earlier_one_quotes_is_not_told(
    other: tuple[str | None, str | None], kept: bool
) -> None:
    assert reasons(("宿の接客", "宿の運営"), other) == (["t0", "t1"] if kept else ["t0"])


def test_what_several_terms_ask_in_the_same_words_is_asked_once_for_the_one_that_could_move_most() -> None:
    terms = {name: replace(term(name, None), question=asked) for name, asked in zip("abc", "xyx", strict=True)}
    told = explain_pair(
        terms,
        tuple(terms),
        value=np.zeros(3),
        width=np.array([0.1, 0.2, 0.3]),
        weights=np.ones(3),
        pair=(applicant_table([applicant()]), 0, posting_table([posting()]), 0),
        rules=(),
        audience="coordinator",
    )

    assert [(asked.term, asked.question) for asked in told.questions] == [("c", "x"), ("b", "y")]


def test_reasons_without_a_quotation_are_all_told() -> None:
    assert reasons((None, None), (None, None), (None, None)) == ["t0", "t1", "t2"]


def test_one_quoted_side_is_enough_to_be_the_same() -> None:
    assert reasons(("宿の接客", None), ("宿の接客", None), ("写真", None)) == ["t0", "t2"]


def test_of_two_that_quote_the_same_the_larger_contribution_is_told() -> None:
    first, second = Finding("reason", "甲。", "接客", "宿"), Finding("reason", "乙。", "接客", "宿")
    terms = {"small": term("small", first), "large": term("large", second)}
    told = explain_pair(
        terms,
        ("small", "large"),
        value=np.array([0.1, 0.4]),
        width=np.zeros(2),
        weights=np.ones(2),
        pair=(applicant_table([applicant()]), 0, posting_table([posting()]), 0),
        rules=(),
        audience="coordinator",
    )

    assert [reason.sentence for reason in told.reasons] == ["乙。"]
