"""Numbers of a call for the public: steps that were taken, and both measures of what became of people.

A number of fewer than five people is not told where it says something about how they fared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, get_args

from api.decisions.schemas import DecisionAnswer
from api.documents.sectioned import Cell
from api.outcomes.placements import Placement
from api.outcomes.schemas import EXIT_JA, Share
from api.outcomes.summary import summary_of
from features.records import Application
from features.smallest_told import SMALLEST_TOLD
from features.taxonomy.vocabulary import ApplicationStatus

__all__ = ["FEW", "NATIONAL", "history_rows", "process_rows", "use_sentences"]

FEW: Final = f"{SMALLEST_TOLD}人未満のため示しません"
NATIONAL: Final = (
    "参考（全国）: 任期を終えた隊員のうち同じ市町村に定住55.7%・近隣を含め68.9%（2019〜2023年度終了 8,034人）。"
    "一方、任期終了者と途中で退任した人4,170人のうち25%が1年以内に転出（2019年8月まで、大学の調査の報道）。"
    "前者は途中で退任した人を含みません。"
)
_STAGES: Final[tuple[tuple[str, tuple[ApplicationStatus, ...]], ...]] = (
    ("応募", get_args(ApplicationStatus)),
    ("選考中", ("received", "screened", "interview")),
    ("内定の返事待ち", ("offered",)),
    ("承諾", ("accepted",)),
    ("内定の辞退", ("declined",)),
    ("応募の取下げ", ("withdrawn",)),
    ("採用に至らず", ("closed",)),
)


def process_rows(applications: Sequence[Application]) -> tuple[tuple[str, str], ...]:
    """How many applications stand where; the parts add up to the first line."""
    counts = Counter(one.status for one in applications)
    return tuple((label, f"{sum(counts[status] for status in statuses)}件") for label, statuses in _STAGES)


def history_rows(placements: Sequence[Placement]) -> tuple[tuple[Cell, ...], ...]:
    """Both measures, of this municipality's placements so far."""
    told = summary_of(placements, smallest=SMALLEST_TOLD)
    exits = "、".join(f"{EXIT_JA[code]}{number}人" for code, number in told.exits.items() if number)
    return (
        ("任期を終えて定住", _share(told.finished_and_stayed), "任期を終えた人のうち。途中で退任した人は含みません"),
        ("着任から1年以内に退任", _share(told.gone_within_12_months), "1年目の様子が分かっている人のうち"),
        ("うち予定どおりの終了", _share(told.gone_within_12_months_as_planned), "同上"),
        ("退任の理由", exits or "示す数がありません", f"区分だけ。{FEW}"),
    )


def use_sentences(decisions: Sequence[DecisionAnswer], *, weights: str) -> tuple[str, ...]:
    """How the engine was used: what it did, what people decided, and how often against it."""
    return (
        f"応募書類を読む順番の目安と、確かめる点の一覧を作りました（{weights}）。"
        "採否は人が決めます。自動で決める機能はありません。",
        _counted([one for one in decisions if one.by.role != "applicant"]),
        "性別・年齢・家族・国籍などは集めておらず、計算に使っていません。順番を希望しない方は届いた順に読みました。",
    )


def _counted(by_officers: Sequence[DecisionAnswer]) -> str:
    """What people decided, how often against the list or a rule, and how many of those have a reason on record."""
    if not by_officers:
        return "決定はまだ記録されていません。"
    against = [one for one in by_officers if one.override]
    counted = f"担当者の決定{len(by_officers)}件のうち、しくみの順番や規則と異なる決定は{len(against)}件"
    if not against:
        return f"{counted}です。"
    return f"{counted}で、そのうち{sum(one.reason is not None for one in against)}件に理由の記録があります。"


def _share(share: Share) -> str:
    if share.known is None or share.number is None:
        return FEW
    if share.share is None:
        return "まだありません"
    return f"{share.number}人／{share.known}人（{100 * share.share:.0f}%）"
