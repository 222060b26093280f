"""Skills a posting names, covered or not."""

from __future__ import annotations

import pytest

from features.terms.skill_coverage import SKILL_COVERAGE
from tests.features.terms.pairs import Seen, see
from tests.features.terms.records import applicant, posting

CALL = posting(required_skills=["普通自動車免許"], preferred_skills=["動画の編集"])


def _with(*skills: str) -> Seen:
    return see(SKILL_COVERAGE, applicant(skills=list(skills)), CALL)


def test_a_must_have_weighs_twice_a_nice_to_have() -> None:
    assert _with("普通自動車免許").value == pytest.approx(2 / 3, abs=1e-6)
    assert _with("動画の編集").value == pytest.approx(1 / 3, abs=1e-6)
    assert _with("普通自動車免許", "動画の編集").value == pytest.approx(1, abs=1e-6)


def test_another_compound_of_the_same_words_covers_a_skill() -> None:
    seen = _with("普通自動車運転免許（AT限定）")

    assert seen.value == pytest.approx(2 / 3, abs=1e-6)
    assert seen.finding is not None
    assert (seen.finding.applicant_phrase, seen.finding.posting_phrase) == (
        "普通自動車運転免許（AT限定）",
        "普通自動車免許",
    )


def test_words_scattered_over_two_skills_cover_nothing() -> None:
    assert _with("動画の配信", "雑誌の編集").value == 0


def test_an_occupation_or_a_licence_covers_a_skill_too() -> None:
    assert see(SKILL_COVERAGE, applicant(occupations=["動画編集の会社員"]), CALL).value > 0
    assert see(SKILL_COVERAGE, applicant(licences=["普通自動車免許"]), CALL).value > 0


def test_a_denied_skill_does_not_cover() -> None:
    assert _with("動画の編集は苦手").value == 0


def test_a_missing_must_have_is_named_before_a_missing_nice_to_have() -> None:
    finding = _with("調理").finding

    assert finding is not None
    assert (finding.kind, finding.posting_phrase) == ("gap", "普通自動車免許")


def test_a_posting_that_asks_for_nothing_is_covered_by_everybody() -> None:
    seen = see(SKILL_COVERAGE, applicant(skills=["調理"]), posting(required_skills=[], preferred_skills=[]))

    assert (seen.low, seen.value, seen.high) == (1, 1, 1)


def test_a_phrase_without_a_content_word_is_not_held_against_anyone() -> None:
    seen = see(SKILL_COVERAGE, applicant(skills=["調理"]), posting(required_skills=["意欲のある方", "調理"]))

    assert seen.value == pytest.approx(1)


@pytest.mark.parametrize(
    ("profile", "call"),
    [({}, CALL), ({"skills": []}, CALL), ({"skills": ["調理"]}, posting())],
    ids=["nothing stated", "empty list", "posting says nothing"],
)
def test_a_side_that_says_nothing_is_unknown(profile: dict[str, list[str]], call: object) -> None:
    seen = see(SKILL_COVERAGE, applicant(**profile), call)  # type: ignore[arg-type]

    assert (seen.low, seen.high) == (0, 1)
    assert seen.finding is not None
    assert seen.finding.kind == "unknown"
