"""⑨ AI 利用説明: made from the weight file, and what must be told is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.documents.ai_notice import ai_notice_pdf, ai_notice_workbook, content_of_ai_notice
from api.documents.sectioned import SectionedDocument
from features.terms import ALL_TERMS
from features.weights import default_weights, load_weights

Json = dict[str, Any]


def test_every_weight_of_the_file_stands_with_its_share_heaviest_first(provenance: Json) -> None:
    content, weights = content_of_ai_notice(default_weights(), provenance=provenance), default_weights()
    titles = {term.name: term.title for term in ALL_TERMS}

    for told, table in ((content.for_reading, weights.coordinator), (content.for_applicants, weights.applicant)):
        used = {titles[name]: weight for name, weight in table.items() if weight > 0}
        assert {one.title: one.share for one in told} == {title: f"{100 * w:.1f} %" for title, w in used.items()}
        assert [used[one.title] for one in told] == sorted(used.values(), reverse=True)


def test_another_weight_file_makes_another_notice(provenance: Json, tmp_path: Path) -> None:
    path = tmp_path / "town.toml"
    path.write_text('name = "町の重み"\n[coordinator]\nplace_link = 5\n', encoding="utf-8")

    content = content_of_ai_notice(load_weights(path), provenance=provenance)

    assert content.for_reading[0].title == "地域との関わり"
    assert content.weights.startswith("町の重み（")


def test_what_coordinators_read_has_no_private_wish_in_it(provenance: Json) -> None:
    content = content_of_ai_notice(default_weights(), provenance=provenance)

    assert {one.reads for one in content.for_reading} <= {"応募書類のうち仕事・志望に関する記載", "募集の記載"}


@pytest.mark.parametrize(
    "told",
    [
        "面接で決めます",
        "届いた順に読みます",
        "料金・広告・寄附によって順番が変わることはありません",
        "2026年11月23日",
        "外部のAIサービスに送りません",
        "開示・訂正",
    ],
)
def test_what_must_be_told_is_told(provenance: Json, said: Callable[[SectionedDocument], str], told: str) -> None:
    content = content_of_ai_notice(default_weights(), provenance=provenance, office="北海道下川町")

    assert told in said(content.sections())


def test_no_word_is_for_programmers_only(
    provenance: Json, said: Callable[[SectionedDocument], str], value_words: tuple[str, ...]
) -> None:
    words = said(content_of_ai_notice(default_weights(), provenance=provenance).sections())

    assert "features/" not in words and "（A" not in words
    assert [word for word in value_words if word in words] == []


def test_the_same_weights_give_the_same_bytes(provenance: Json) -> None:
    content = content_of_ai_notice(default_weights(), provenance=provenance)

    assert ai_notice_pdf(content) == ai_notice_pdf(content)
    assert ai_notice_workbook(content) == ai_notice_workbook(content)
