"""Every template of a sentence that is said of a pair: no word that judges a person, no score without words."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

FEATURES = Path(__file__).resolve().parents[2] / "features"
SOURCES = [
    *sorted((FEATURES / "terms").glob("*.py")),
    *sorted((FEATURES / "counterfactuals").glob("*.py")),
    *sorted((FEATURES / "place_explanation").glob("*.py")),
    FEATURES / "explain.py",
    FEATURES / "lists" / "ranking.py",
]
TABLES = [FEATURES / "counterfactuals" / "changes.toml", FEATURES / "place_explanation" / "wording.toml"]
JAPANESE = re.compile(r"[ぁ-んァ-ン一-龥]")
JUDGING = re.compile(
    r"優秀|優れ|秀で|劣|不適|適任|適格|ふさわし|相応し|低い人|高い人|問題のある|問題がある人|向いていない|向いてい|向かない"
    r"|能力(?:が|の)(?:低|高|不足|な)|見込みがない|評価|残念|だめ|駄目|無能|怠|消極|積極的|未熟|不十分な人|有能|模範|弱い人|強い人"
    r"|不採用|落選|失格|脱落"
)
SCORE = re.compile(
    r"スコア|得点|点数|合い具合|適合度|[0-9０-９}]\s*点(?!の|か)|[0-9０-９}]\s*(?:%|％|パーセント)|\{(?:score|total|value:\.)"
)


def _templates_of_code(path: Path) -> Iterator[str]:
    """Japanese text of string literals, an f-string's parts in one; without docstrings and the evidence of a term."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    passed: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "evidence":
            passed.update(ast.walk(node))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            passed.add(node.value)
        if isinstance(node, ast.JoinedStr) and node not in passed:
            passed.update(ast.walk(node))
            yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in passed:
            yield node.value


def _templates_of_table(content: object) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        yield from (text for value in content.values() for text in _templates_of_table(value))
    elif isinstance(content, list):
        yield from (text for value in content for text in _templates_of_table(value))


def _templates() -> Iterator[tuple[str, str]]:
    for path in SOURCES:
        yield from ((path.name, text) for text in _templates_of_code(path) if JAPANESE.search(text))
    for path in TABLES:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        yield from ((path.name, text) for text in _templates_of_table(content) if JAPANESE.search(text))


TEMPLATES = list(_templates())


def test_templates_of_every_term_and_table_are_walked() -> None:
    walked = {name for name, _ in TEMPLATES}

    assert {"pay.py", "work_done.py", "changes.toml", "wording.toml"} <= walked
    assert len(TEMPLATES) > 200
    assert any("希望は{}円以上" in text for _, text in TEMPLATES)


def test_no_template_judges_a_person() -> None:
    assert [(name, text) for name, text in TEMPLATES if JUDGING.search(text)] == []


def test_no_template_is_a_bare_score() -> None:
    assert [(name, text) for name, text in TEMPLATES if SCORE.search(text)] == []


@pytest.mark.parametrize(
    "text", ["優秀な応募者です。", "この人は不適です。", "向いていない仕事です。", "問題のある方です。"]
)
def test_the_list_finds_what_it_is_meant_to_find(text: str) -> None:
    assert JUDGING.search(text)


@pytest.mark.parametrize("text", ["適合度は0.72です。", "あなたは72点です。", "合計{score}", "{}％の一致"])
def test_a_bare_score_is_found(text: str) -> None:
    assert SCORE.search(text)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_every_sentence_and_question_of_a_table_ends_as_one(path: Path) -> None:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    whole = [text for text in _templates_of_table(content) if "。" in text or text.endswith("か")]

    assert whole
    assert [text for text in whole if not text.endswith("。")] == []
