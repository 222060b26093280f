"""⑦ Suggestion letter: places side by side, told to one applicant and with nobody else's wishes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from api.documents import DocumentError
from api.documents.sectioned import SectionedDocument
from api.documents.suggestion_letter import (
    content_of_suggestion_letter,
    suggestion_letter_pdf,
    suggestion_letter_workbook,
)
from features.records import Applicant, Posting

Json = dict[str, Any]


@pytest.fixture
def applicant() -> Applicant:
    return Applicant.model_validate(
        {
            "applicant_id": "a-1003",
            "programs": ["kyoryokutai"],
            "selection_profile": {"origin": {"municipality_code": "13112", "zone": "outside"}},
            "private_preferences": {"regions_wanted": ["北海道"], "min_monthly_pay_yen": 187_654, "snow_ok": True},
        }
    )


def test_five_places_stand_side_by_side_and_the_others_are_counted(
    recommendation: Json, postings: Sequence[Posting], provenance: Json, said: Callable[[SectionedDocument], str]
) -> None:
    content = content_of_suggestion_letter(recommendation, postings=postings, provenance=provenance)

    assert [place.posting_id for place in content.places] == [
        one["posting_id"] for one in recommendation["postings"][:5]
    ]
    assert "ほかに1件の募集があります。" in said(content.sections())


def test_each_place_has_reasons_what_one_gives_up_and_what_to_ask(
    recommendation: Json, postings: Sequence[Posting], provenance: Json
) -> None:
    for place in content_of_suggestion_letter(recommendation, postings=postings, provenance=provenance).places:
        assert place.why[0] == "一人で住む住まいが用意されています。"
        assert place.given_up[0] == "担当者との連絡は「ほとんどなし」となっています。"
        assert place.questions[0] == "困ったときにだれに相談し、どのくらいの回数で会えますか。"
        assert len(place.given_up) <= 6 and len(place.questions) <= 6
        assert dict(place.facts)["報酬"] == "月額 233,000円"
        assert "人口" in dict(place.facts)


def test_own_wishes_stand_in_the_own_letter_alone(
    recommendation: Json,
    postings: Sequence[Posting],
    provenance: Json,
    applicant: Applicant,
    said: Callable[[SectionedDocument], str],
) -> None:
    own = content_of_suggestion_letter(recommendation, postings=postings, provenance=provenance, applicant=applicant)
    without = content_of_suggestion_letter(recommendation, postings=postings, provenance=provenance)

    assert "月額 187,654円以上" in said(own.sections()) and "うかがっていません" in said(own.sections())
    assert "187,654" not in said(without.sections())


def test_another_persons_wishes_are_refused(
    recommendation: Json, postings: Sequence[Posting], provenance: Json, applicant: Applicant
) -> None:
    other = applicant.model_copy(update={"applicant_id": "a-9"})

    with pytest.raises(DocumentError, match="the recommendation is for applicant a-1003, expected applicant a-9"):
        content_of_suggestion_letter(recommendation, postings=postings, provenance=provenance, applicant=other)


@pytest.mark.parametrize("most", [0, 6])
def test_more_places_than_a_page_holds_are_refused(
    recommendation: Json, postings: Sequence[Posting], provenance: Json, most: int
) -> None:
    with pytest.raises(DocumentError, match=f"most is {most}, expected 1 to 5"):
        content_of_suggestion_letter(recommendation, postings=postings, provenance=provenance, most=most)


def test_a_place_that_is_not_given_is_named(recommendation: Json, provenance: Json) -> None:
    with pytest.raises(DocumentError, match="is recommended but not among the 0 given"):
        content_of_suggestion_letter(recommendation, postings=(), provenance=provenance)


def test_nothing_to_suggest_is_said_kindly(
    recommendation: Json, provenance: Json, said: Callable[[SectionedDocument], str]
) -> None:
    recommendation["postings"] = []
    content = content_of_suggestion_letter(recommendation, postings=(), provenance=provenance)

    assert "今お示しできる募集はありません。" in said(content.sections())
    assert suggestion_letter_pdf(content).startswith(b"%PDF-")


def test_the_letter_tells_how_the_engine_was_used_and_judges_nobody(
    recommendation: Json,
    postings: Sequence[Posting],
    provenance: Json,
    said: Callable[[SectionedDocument], str],
    value_words: tuple[str, ...],
) -> None:
    words = said(content_of_suggestion_letter(recommendation, postings=postings, provenance=provenance).sections())

    assert "計算による順番を望まないときは、いつでもやめられます。" in words
    assert [word for word in value_words if word in words] == []


def test_the_same_run_gives_the_same_bytes(
    recommendation: Json, postings: Sequence[Posting], provenance: Json, applicant: Applicant
) -> None:
    content = content_of_suggestion_letter(
        recommendation, postings=postings, provenance=provenance, applicant=applicant
    )

    assert suggestion_letter_pdf(content) == suggestion_letter_pdf(content)
    assert suggestion_letter_workbook(content) == suggestion_letter_workbook(content)
