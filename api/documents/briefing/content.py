"""One call told to the mayor and the assembly: A4, one page, everything in it may be published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.decisions.schemas import DecisionAnswer
from api.documents.about import WEIGHTS_JA
from api.documents.briefing.numbers import NATIONAL, history_rows, process_rows, use_sentences
from api.documents.place_title import place_title
from api.documents.sectioned import (
    UNCONFIRMED,
    Cell,
    Facts,
    SectionedDocument,
    Table,
    TableColumn,
    Words,
    one_sheet,
    print_sections,
)
from api.documents.sectioned.foot import foot_of
from api.documents.sectioned.sections import yen_cell
from api.documents.shapes import read_provenance
from api.documents.text_width import clip
from api.documents.told_seats import with_told_seats
from api.documents.wording import date_ja, posting_facts
from api.outcomes.placements import Placement
from features.money import PlacementMoney, YearMoney
from features.records import Application, Posting
from features.taxonomy.vocabulary import JAPANESE

__all__ = ["BriefingContent", "briefing_pdf", "briefing_workbook", "content_of_briefing"]

_NEED_WIDTH: Final = 300  # what three lines hold; the whole text is in the call
_GOALS_WIDTH: Final = 160
_MOST_YEARS: Final = 5  # a page holds no more, and what is covered ends after three
_UNSAID: Final = "募集に記載がありません"
_CONFIDENCE: Final[Mapping[str, str]] = {
    "H": "公式の文書",
    "M": "公表資料（要確認）",
    "L": "報道等（要確認）",
    "U": UNCONFIRMED,
}


@dataclass(frozen=True)
class BriefingContent:
    """Everything the page says; no name and no id of a person.

    Attributes
    ----------
    title : str
        Place and title of the call.
    made : date
    need, host, plan, facts, process : tuple of (label, words)
    money, history : tuple of rows
    money_note : str
    use : tuple of str
        How the engine was used.
    foot : str
    """

    title: str
    made: date
    need: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    process: tuple[tuple[str, str], ...]
    money: tuple[tuple[Cell, ...], ...]
    money_note: str
    host: tuple[tuple[str, str], ...]
    plan: tuple[tuple[str, str], ...]
    history: tuple[tuple[Cell, ...], ...]
    use: tuple[str, ...]
    foot: str

    def sections(self) -> SectionedDocument:
        """As a document of sections."""
        heads, counts = zip(*self.process, strict=True)
        return SectionedDocument(
            title="募集と選考の説明（首長・議会用）",
            lead=(f"{self.title}　{date_ja(self.made)}現在　個人情報は含みません",),
            sections=(
                Facts("1 必要性と条件", (*self.need, ("条件", "　".join(f"{a}: {b}" for a, b in self.facts)))),
                Table("2 経過", tuple(TableColumn(head, 1, "number") for head in heads), (counts,)),
                Table("3 費用（1人当たり、円）と特別交付税措置の上限", _MONEY, self.money, note=self.money_note),
                Facts("4 受入体制", self.host),
                Facts("5 任期後の見通し", self.plan),
                Table("6 これまでの着任者（この市町村の集計）", _HISTORY, self.history, note=NATIONAL),
                Words("7 AI（順番づけのしくみ）の使い方", self.use),
            ),
            foot=self.foot,
            made=self.made,
            is_dense=True,
            is_one_page=True,
        )


_MONEY: Final = (
    TableColumn("年度", 8, "label"),
    TableColumn("月数", 2, "number"),
    TableColumn("予定額", 4, "number"),
    TableColumn("上限額\n（合計）", 4, "number"),
    TableColumn("対象\n（最大）", 4, "number"),
    TableColumn("市町村の負担\n（少なくとも）", 5, "number"),
    TableColumn("上限の規則と根拠", 9),
)
_HISTORY: Final = (TableColumn("見方", 6, "label"), TableColumn("人数", 7), TableColumn("数え方", 12))


def content_of_briefing(
    posting: Posting,
    *,
    money: PlacementMoney | None,
    applications: Sequence[Application] = (),
    decisions: Sequence[DecisionAnswer] = (),
    placements: Sequence[Placement] = (),
    provenance: Mapping[str, object],
) -> BriefingContent:
    """The page about one call.

    Parameters
    ----------
    posting : Posting
    money : PlacementMoney, optional
        :func:`features.money.placement_money` of the posting; ``None`` where it has no start or no term.
    applications : sequence of Application
        Those to this posting are counted.
    decisions : sequence of DecisionAnswer
        About these applications.
    placements : sequence of Placement
        Everybody whom the municipality has placed; fewer than five are not told.
    provenance : mapping

    Raises
    ------
    DocumentError
        If the provenance does not have the agreed form.
    """
    origin = read_provenance(provenance)
    own = [one for one in applications if one.posting_id == posting.posting_id]
    return BriefingContent(
        title=place_title(posting),
        made=origin.generated_for,
        need=_need(posting),
        facts=posting_facts(with_told_seats(posting, own)),
        process=process_rows(own),
        money=() if money is None else tuple(_year(year) for year in money.years[:_MOST_YEARS]),
        money_note=_money_note(money),
        host=_host(posting),
        plan=_plan(posting),
        history=history_rows(placements),
        use=use_sentences(
            decisions,
            weights=f"重み {WEIGHTS_JA.get(origin.weights.name, origin.weights.name)}（{origin.weights.digest[:12]}）",
        ),
        foot=foot_of(origin) + _rule_codes(money),
    )


def briefing_workbook(content: BriefingContent) -> bytes:
    """The page as an ``.xlsx`` file."""
    return one_sheet(content.sections())


def briefing_pdf(content: BriefingContent) -> bytes:
    """The page as a PDF."""
    return print_sections(content.sections())


def _need(posting: Posting) -> tuple[tuple[str, str], ...]:
    goals = "、".join(posting.goals or ())
    return (
        ("任務", clip(posting.mission_text or "", _NEED_WIDTH) or _UNSAID),
        ("目標", clip(goals, _GOALS_WIDTH) or _UNSAID),
    )


def _year(year: YearMoney) -> tuple[Cell, ...]:
    shown = next((one for one in reversed(year.ceilings)), None)  # the total, or the burden of a company's person
    rule = UNCONFIRMED if shown is None else f"{_CONFIDENCE[shown.confidence]}　{shown.source}"
    return (
        f"{year.label}（{year.fiscal_year}年度）",
        year.months,
        "記載なし" if year.planned_yen is None else year.planned_yen,
        yen_cell(None if shown is None else shown.yen),
        yen_cell(year.covered_at_most_yen),
        yen_cell(year.remains_at_least_yen),
        rule,
    )


def _rule_codes(money: PlacementMoney | None) -> str:
    """The codes of the ceilings' rules, beside what made the page and not in its table."""
    years = () if money is None else money.years[:_MOST_YEARS]
    codes = "、".join(dict.fromkeys(year.ceilings[-1].rule_id for year in years if year.ceilings))
    return f"　上限の規則の番号: {codes}" if codes else ""


def _money_note(money: PlacementMoney | None) -> str:
    if money is None:
        return "着任の日または任期が募集に記載されていないため、年度ごとの費用を計算していません。"
    return "".join((*money.notes, f"「{UNCONFIRMED}」の年度は、公式の額が確認できるまで計算しません。"))


def _host(posting: Posting) -> tuple[tuple[str, str], ...]:
    host = posting.host
    if host is None:
        return (("受入団体", _UNSAID),)
    briefed = {True: "説明済み", False: "これから", None: _UNSAID}[host.briefed_residents]
    peers = _UNSAID if host.peers is None else f"{host.peers}人"
    frequency = JAPANESE.get(host.contact_frequency or "", _UNSAID)
    return (
        ("受入団体", JAPANESE.get(host.type or "", _UNSAID)),
        ("支え方", f"担当者との連絡: {frequency}　住民への説明: {briefed}　ほかの隊員: {peers}"),
    )


def _plan(posting: Posting) -> tuple[tuple[str, str], ...]:
    side = {"yes": "できる", "permission": "許可制", "no": "できない"}.get(posting.side_job or "", _UNSAID)
    return (("任期中の副業", side), ("任期後の仕事と住まい\nの見通し（記入）", ""))
