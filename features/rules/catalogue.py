"""Rule files for people: what there is, what one says, how two differ, and adding one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from features.errors import RulesetError
from features.rules.ruleset import Ruleset
from features.rules.store import load_ruleset, rules_directory, stored_rulesets

__all__ = [
    "FIELD_LABELS",
    "LIMIT_LABELS",
    "add_ruleset",
    "diff_rulesets",
    "list_rulesets",
    "rule_kinds",
    "show_ruleset",
]

FIELD_LABELS: Final[Mapping[str, str]] = {
    "id": "識別子",
    "title": "名称",
    "valid_from": "適用開始",
    "valid_to": "適用終了",
    "as_of": "表の時点",
    "subtypes": "型",
    "region_table": "地域要件確認表",
    "matrix": "地域要件の行列",
    "categories": "市区町村の区分",
    "label": "見出し",
    "kind": "種別",
    "form": "規則の形",
    "source": "根拠",
    "confidence": "確からしさ",
    "unit": "単位",
    "alternative": "選択の組",
    "deciding": "決め手",
    "unconfirmed": "未確認",
    "parameters": "値",
    "outcomes": "結果と文",
    "rate": "措置率",
    "values": "額・期間",
    "rule": "規則",
    "amount": "上限",
}

LIMIT_LABELS: Final[Mapping[str, str]] = {
    "max_months": "対象となる期間（月）",
    "pay_yen_year": "報償費等（円/年度）",
    "pay_high_skill_yen_year": "報償費等・高度な専門性など（円/年度）",
    "pay_very_inconvenient_yen_year": "報償費等・著しく不便な地域（円/年度）",
    "activity_yen_year": "活動経費（円/年度）",
    "total_yen_year": "合計（円/年度）",
    "startup_yen": "起業・事業承継（円、1回）",
    "intern_yen_day": "インターンの活動（円/日）",
    "recruit_yen_body_year": "募集（円/団体・年度）",
    "otameshi_yen_body_year": "おためし（円/団体・年度）",
    "support_yen_body_year": "隊員のサポート（円/団体・年度）",
    "intern_yen_body_year": "インターン（円/団体・年度）",
    "vacant_house_yen": "空き家の改修（円）",
    "burden_yen_year": "受入れの経費（円/年度）",
    "fee_yen_year": "報償費等（円/年度）",
    "travel_yen_year": "旅費（円/年度）",
    "preparation_yen_body_year": "受入準備（円/団体・年度）",
    "own_project_yen_year": "提案した事業（円/年度）",
}
"""Japanese names of the keys of ``Eligibility.limits``."""


_YEAR: Final = re.compile(r"-20\d\d$")


def list_rulesets(directories: Iterable[Path] | None = None) -> list[dict[str, object]]:
    """Every rule file, by id: id, title, days of validity, date of the table, number of rules, origin and digest."""
    return [
        {
            "id": ruleset.id,
            "title": ruleset.title,
            "valid_from": ruleset.valid_from.isoformat(),
            "valid_to": None if ruleset.valid_to is None else ruleset.valid_to.isoformat(),
            "as_of": ruleset.as_of.isoformat(),
            "rules": len(ruleset.rule),
            "origin": ruleset.origin,
            "digest": ruleset.digest,
        }
        for ruleset in stored_rulesets(directories)
    ]


def show_ruleset(ruleset_id: str, directories: Iterable[Path] | None = None) -> dict[str, object]:
    """One rule file as data, with its origin and digest.

    Raises
    ------
    RulesetError
        If no rule file has that id; the message names the known ones.
    """
    ruleset = _named(ruleset_id, directories)
    content = ruleset.model_dump(mode="json", exclude={"text_digest", "regions", "origin"}, exclude_defaults=True)
    return {**content, "origin": ruleset.origin, "digest": ruleset.digest}


def rule_kinds(directories: Iterable[Path] | None = None) -> dict[str, str]:
    """What each rule of any file is about, by its id and by those its outcomes rest on.

    Examples
    --------
    >>> found = rule_kinds(())
    >>> found["must-licence"], found["kyo-record-timing"]
    ('licence', 'region')
    """
    rules = [rule for ruleset in stored_rulesets(directories) for rule in ruleset.rule]
    by_outcome = {one.rule_id: rule.kind for rule in rules for one in rule.outcomes.values() if one.rule_id is not None}
    return {**by_outcome, **{rule.id: rule.kind for rule in rules}}


def diff_rulesets(before: str, after: str, directories: Iterable[Path] | None = None) -> dict[str, object]:
    """What changed between two rule files.

    Returns
    -------
    dict
        ``before`` and ``after`` (ids) and ``changes``: a list of ``{"place", "field", "label", "before", "after"}``
        with ``None`` on the side that lacks the thing. Places are ids of rules and amounts, cells of the matrix
        (``matrix 8 <- 4``) and codes of municipalities whose category changed; empty for the head of the file.

    Raises
    ------
    RulesetError
        If no rule file has one of the ids.

    Examples
    --------
    >>> [line["after"] for line in diff_rulesets("kigyojin/fy2024", "kigyojin/fy2025", ())["changes"]
    ...     if line["field"] == "subtypes" and not line["place"]]
    [['dispatch', 'sidejob', 'senior']]
    """
    old, new = _named(before, directories), _named(after, directories)
    left, right = dict(_flat(old)), dict(_flat(new))
    keys = [*left, *(key for key in right if key not in left)]
    changes = [
        {
            "place": place,
            "field": field,
            "label": FIELD_LABELS.get(field, field),
            "before": left.get((place, field)),
            "after": right.get((place, field)),
        }
        for place, field in keys
        if left.get((place, field)) != right.get((place, field))
    ]
    return {"before": old.id, "after": new.id, "changes": changes}


def add_ruleset(path: Path, into_dir: Path | None = None) -> str:
    """Verify a rule file and copy it, with the tables that lie beside it, to where the engine looks.

    Parameters
    ----------
    path : Path
        A TOML file of the shape of those that ship; CSV tables it names may lie beside it.
    into_dir : Path, optional
        Default: :func:`~features.rules.store.rules_directory`.

    Returns
    -------
    str
        Its id. A file of the same id that was added before is replaced.

    Raises
    ------
    RulesetError
        If the file is malformed, or another added file of the programme begins on the same day; nothing is copied then.
    """
    ruleset = load_ruleset(path)
    _verify_day(ruleset, into_dir)
    program, name = ruleset.id.split("/")
    folder = (rules_directory() if into_dir is None else into_dir) / program
    folder.mkdir(parents=True, exist_ok=True)
    table = ruleset.region_table
    for csv_name in () if table is None else dict.fromkeys((table.matrix, table.categories)):
        _copy_table(path.parent / csv_name, folder / csv_name)
    shutil.copyfile(path, folder / f"{name}.toml")
    return ruleset.id


def _verify_day(ruleset: Ruleset, into_dir: Path | None) -> None:
    for other in stored_rulesets(None if into_dir is None else [into_dir]):
        same_day = other.program == ruleset.program and other.valid_from == ruleset.valid_from
        if other.origin == "added" and same_day and other.id != ruleset.id:
            raise RulesetError(
                f"{other.id} was added before and speaks from {other.valid_from} on too, expected one file"
            )


def _copy_table(source: Path, target: Path) -> None:
    if not source.is_file():
        return
    if target.is_file() and target.read_bytes() != source.read_bytes():
        raise RulesetError(f"table {source.name} was added before with other content, expected another file name")
    shutil.copyfile(source, target)


def _named(ruleset_id: str, directories: Iterable[Path] | None) -> Ruleset:
    known = {ruleset.id: ruleset for ruleset in stored_rulesets(directories)}
    if ruleset_id not in known:
        raise RulesetError(f"no rule file has id {ruleset_id}, expected one of {', '.join(known)}")
    return known[ruleset_id]


def _flat(ruleset: Ruleset) -> Iterator[tuple[tuple[str, str], object]]:
    content = ruleset.model_dump(mode="json", exclude={"text_digest", "regions", "origin", "id"})
    parts = {"rule": content.pop("rule"), "amount": content.pop("amount")}
    for field, value in content.items():
        yield ("", field), value
    for part, rows in parts.items():
        for row in rows:
            # ids such as kyo-ceiling-2026 name their year, so the same figure of two years would not meet
            place = "/".join((_YEAR.sub("", row["id"]), *row["subtypes"])) + f" {row['label']}"
            yield from (((place, field), value) for field, value in row.items() if field != "id")
            yield (place, part), row["label"]
    if ruleset.regions is not None:
        for (to, origin), needs in ruleset.regions.needs.items():
            yield (f"matrix {to} <- {origin}", "matrix"), needs
        for code, category in ruleset.regions.category_of.items():
            yield (code, "categories"), category
