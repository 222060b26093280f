"""A miniature labelled set in a folder: five invented people, three calls, hand-made judgments."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.features.small_market import FOREST, SCHOOL, applicant, posting

LETTUCE = "高原の畑でレタスを育て、朝早く収穫して箱に詰めます。"
HEADER = "posting_id,applicant_id,done,wants,excluded_by,why"
PEOPLE: tuple[dict[str, Any], ...] = (
    applicant(
        "a1",
        occupations=["森林組合の作業班員（6年）"],
        licences=["普通自動車免許（MT）"],
        motivation_text="間伐を六年続けました。次の山でも木を育てて伐る仕事がしたいです。",
        desired_activities=["agri_forest_fish"],
    ),
    applicant("a2", occupations=["学習塾の講師（4年）"], motivation_text="高校生の勉強を見る仕事がしたいです。"),
    applicant("a3", occupations=["家具職人（3年）"], motivation_text="木の育つ山で働いてみたいです。"),
    applicant("a4", occupations=["経理事務"], motivation_text="静かな町で暮らしたいです。"),
    applicant("a5", motivation_text="伐った木を運び出す仕事がしたいです。"),
)
CALLS: dict[str, tuple[dict[str, Any], ...]] = {
    "tuning": (posting("t1", "32525", mission_text=SCHOOL, activities=["education"]),),
    "test": (
        posting("s1", mission_text=FOREST, activities=["agri_forest_fish"]),
        posting("s2", "20304", mission_text=LETTUCE, required_licences=["普通自動車免許（MT）"]),
    ),
}
JUDGMENTS = (
    "t1,a2,2,2,,塾の講師／高校生",
    "s1,a1,2,2,,間伐六年／木を育てて伐る",
    "s1,a3,1,1,,木の仕事／山で働く",
    "s1,a5,0,2,,運び出す仕事がしたい",
    "s2,a1,2,2,,間伐六年／木を育てて伐る",
    "s2,a2,0,0,licence,",
    "s2,a3,1,1,licence,木の仕事／山で働く",
    "s2,a4,0,0,licence,",
    "s2,a5,0,2,licence,運び出す仕事がしたい",
)


def write_set(
    folder: Path,
    *,
    people: Sequence[dict[str, Any]] = PEOPLE,
    calls: dict[str, tuple[dict[str, Any], ...]] | None = None,
    judgments: Sequence[str] = JUDGMENTS,
    header: str = HEADER,
) -> Path:
    """The four files in ``folder``, which is returned."""
    content: dict[str, object] = {"applicants": {"applicants": list(people)}}
    for half, several in (calls or CALLS).items():
        content[f"postings_{half}"] = {"postings": list(several)}
    for name, body in content.items():
        (folder / f"{name}.json").write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
    (folder / "judgments.csv").write_text("\n".join((header, *judgments)) + "\n", encoding="utf-8")
    return folder
