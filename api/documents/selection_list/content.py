"""What stands in a 選考一覧表, the same for Excel and for paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from api.documents.must_haves import must_have_lines
from api.documents.place_title import place_title
from api.documents.sectioned.foot import foot_of
from api.documents.shapes import Candidate, Exclusion, Provenance, Ranking
from api.documents.wording import date_ja, posting_facts
from api.documents.workbook.cells import (
    contribution_lines,
    exclusion_lines,
    finding_lines,
    question_lines,
    verdict_lines,
)
from api.interviews.items import score_items
from features.records import Posting

__all__ = ["EXCLUDED_NOTE", "ExcludedRow", "SelectionList", "SelectionRow", "selection_list", "selection_row"]

PEOPLE_DECIDE: Final = (
    "上から順に読むための一覧です。採否は人が決めます。重なりは記述についての数値で、能力の評価ではありません。"
    "必須条件の印は記載によるもの（○記載あり △要確認 ？人が確かめる）で、□は証明を確かめた人が印を付けます。"
)
IN_EXCEL: Final = "委員は5〜1、決定は一覧から選びます。"
BY_HAND: Final = "委員は5〜1の数字を、決定と日付は手で書き入れます。"
EXCLUDED_NOTE: Final = (
    "規則に照らして読む順から外した応募です。特別交付税措置の対象外は、任用を禁じるものではありません"
    "（自主財源で任用できます）。規則と根拠を、人が確かめてください。"
)
_UNSCORED: Final[Mapping[str, str]] = {
    "arrival": "届いた順",
    "wish": "順位づけを希望しない方（届いた順の位置）",
}


@dataclass(frozen=True)
class SelectionRow:
    """One applicant; the figures are missing where no score has given the place."""

    order: int
    applicant_id: str
    name: str
    score: float | None
    low: float | None
    high: float | None
    verdict: str
    must_haves: str
    parts: str
    reasons: str
    gaps: str
    questions: str


@dataclass(frozen=True)
class ExcludedRow:
    """One rule that is not met by somebody outside the order."""

    applicant_id: str
    name: str
    verdict: str
    rule_id: str
    sentence: str
    source: str


@dataclass(frozen=True)
class SelectionList:
    """The whole list.

    Attributes
    ----------
    title, count : str
        Which posting; how many, and on which day.
    facts : tuple of (label, words)
        What the posting offers.
    notes : tuple of str
        How to read it, and what is not asked.
    rows, excluded : tuple
    n_members : int
        Blank columns for the panel.
    footer : str
        What made it.
    """

    title: str
    count: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    rows: tuple[SelectionRow, ...]
    excluded: tuple[ExcludedRow, ...]
    n_members: int
    footer: str


def selection_list(
    ranking: Ranking,
    *,
    posting: Posting,
    titles: Mapping[str, str],
    provenance: Provenance,
    names: Mapping[str, str],
    n_members: int,
    n_ended: int = 0,
    is_printed: bool = False,
) -> SelectionList:
    """The list of one ranking.

    Parameters
    ----------
    ranking : Ranking
    posting : Posting
    titles : mapping of str to str
    provenance : Provenance
    names : mapping of str to str
        The office's own, by applicant id; may be missing.
    n_members : int
    n_ended : int, default 0
        Applications that are over and therefore not in the ranking; the list says so.
    is_printed : bool, default False
        Whether people write on it by hand rather than choose in Excel.
    """
    made = date_ja(provenance.generated_for)
    rows = tuple(
        selection_row(order, candidate, posting=posting, titles=titles, name=names.get(candidate.applicant_id, ""))
        for order, candidate in enumerate(ranking.candidates, start=1)
    )
    ended = f"　選考を終えた応募（辞退・取下げ・不採用）{n_ended}人は載せていません" if n_ended else ""
    return SelectionList(
        title=place_title(posting),
        count=f"読む応募 {len(rows)}人　対象外 {len(ranking.excluded)}人{ended}　{made}現在",
        facts=posting_facts(posting),
        notes=(PEOPLE_DECIDE, BY_HAND if is_printed else IN_EXCEL, score_items().reminder),
        rows=rows,
        excluded=_excluded(ranking.excluded, names),
        n_members=n_members,
        footer=foot_of(provenance),
    )


def selection_row(
    order: int, candidate: Candidate, *, posting: Posting, titles: Mapping[str, str], name: str
) -> SelectionRow:
    """One line; no figure stands beside somebody whom no figure has placed."""
    is_scored = candidate.placed_by == "score"
    score, low, high = (candidate.score, candidate.low, candidate.high) if is_scored else (None, None, None)
    return SelectionRow(
        order=order,
        applicant_id=candidate.applicant_id,
        name=name,
        score=score,
        low=low,
        high=high,
        verdict=verdict_lines(candidate.verdicts),
        must_haves="\n".join(must_have_lines(posting, candidate.verdicts)) or "募集に記載なし",
        parts=contribution_lines(candidate, titles) if is_scored else _UNSCORED[candidate.placed_by],
        reasons=finding_lines(candidate.reasons, nothing="記述からは見つかりません。書類を読んで確かめてください。"),
        gaps=finding_lines(candidate.gaps, nothing="記述からは見つかりません。"),
        questions=question_lines(candidate.questions),
    )


def _excluded(excluded: Sequence[Exclusion], names: Mapping[str, str]) -> tuple[ExcludedRow, ...]:
    return tuple(
        ExcludedRow(out.id, names.get(out.id, ""), *exclusion_lines(rule)) for out in excluded for rule in out.rules
    )
