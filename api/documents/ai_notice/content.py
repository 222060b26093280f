"""What the public is told about the engine; criteria and weights come from the weight file and the terms themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.documents.about import WEIGHTS_JA
from api.documents.sectioned import Facts, SectionedDocument, Table, TableColumn, Words, one_sheet, print_sections
from api.documents.sectioned.foot import foot_of
from api.documents.shapes import read_provenance
from api.documents.wording import date_ja
from features.terms import ALL_TERMS
from features.terms.term import Audience
from features.weights import Weights

__all__ = ["AiNoticeContent", "Criterion", "ai_notice_pdf", "ai_notice_workbook", "content_of_ai_notice"]

_READS: Final[Mapping[str, str]] = {
    "P2": "今の住まいの市区町村（ご本人への提案だけ）",
    "P3": "応募書類のうち仕事・志望に関する記載",
    "P4": "ご本人だけの希望（ご本人への提案だけ）",
    "posting": "募集の記載",
}
_USES: Final = (
    "応募が多いときに、担当者が応募書類を読む順番の目安を作ります。",
    "応募される方には、合いそうな募集を理由と確かめる点をそえて示します。",
    "特別交付税措置の地域要件など、公表された規則に当てはまるかを示します。結果は人が確かめます。",
)
_DECIDES: Final = (
    "採用・不採用は、市町村の担当者と選考委員が応募書類と面接で決めます。このしくみだけで断られることはありません。",
    "決めた人と理由を記録します。しくみの順番と異なる決定もできます。",
    "順番のもとになった理由と、足りない点・分からない点を、担当者に文で示します。",
)
_NOT_USED: Final = (
    "性別、年齢、家族、本籍・出生地、国籍、宗教、思想・信条、支持政党、労働組合、健康、顔写真、マイナンバーは、集めません。",
    "郵便番号、名前、学校名、趣味、経歴の空白、文の書きぶりは、計算に使いません。",
    "志望の順位は、読む順番の計算には使いません（配置の計算には使います）。応募先の市町村の担当者には見えます。",
    "「ご本人だけの希望」（学校・医療・収入など）は、ご本人への提案だけに使い、選考をする人には見せません。",
)
_CHOICES: Final = (
    "しくみによる順番を希望しないことができます。その場合は応募の届いた順に読みます。選考で不利になりません。",
    "応募のときに選べます。あとからでも、下の問い合わせ先に申し出て変えられます。",
    "自分についての記録の開示・訂正・利用の停止・消去を求めることができます。",
)
_LIMITS: Final = (
    "料金・広告・寄附によって順番が変わることはありません。",
    "結果には誤りがありえます。書かれていないことは推し量らず、「分からない」として確かめます。",
    "計算はこのしくみの中だけで行い、応募の内容を外部のAIサービスに送りません。",
    "だれがいつ何のために見たか、並べたかを記録しています。",
)
_CONTACT: Final = ("担当課", "電話・メール", "受付時間", "責任者（役職）", "個人情報の窓口")


_INNER_MARK: Final = re.compile(r"（A[^）]*）")  # beside 仮定; names files that the public does not have


@dataclass(frozen=True)
class Criterion:
    """One term of a score: title, share of the weight, what it reads, and why it is there."""

    title: str
    share: str
    reads: str
    reason: str


@dataclass(frozen=True)
class AiNoticeContent:
    """Everything the notice says.

    Attributes
    ----------
    office : str
        Whose notice it is; blank for a hand.
    made : date
        The day the criteria are told for.
    weights : str
        Name and digest of the weight file.
    for_reading, for_applicants : tuple of Criterion
        Heaviest first.
    foot : str
    """

    office: str
    made: date
    weights: str
    for_reading: tuple[Criterion, ...]
    for_applicants: tuple[Criterion, ...]
    foot: str

    def sections(self) -> SectionedDocument:
        """As a document of sections."""
        order = f"重み {self.weights}。{date_ja(self.made)}現在。重みが変わったときは、この説明も作り直します。"
        return SectionedDocument(
            title="AI（順番づけのしくみ）の利用についての説明",
            lead=(f"{self.office or '（市町村名）'}　{date_ja(self.made)}現在　公開用",),
            sections=(
                Words("何のために使うか", _USES),
                Words("だれが決めるか", _DECIDES),
                Words("使わない情報", _NOT_USED),
                _table("担当者が読む順番の基準", self.for_reading, note=order),
                _table(
                    "応募される方への提案の基準",
                    self.for_applicants,
                    note="場所と任務のどちらを重く見るかは、ご本人が変えられます。この表は変える前のものです。",
                ),
                Words("選べること・求められること", _CHOICES),
                Words("約束", _LIMITS),
                Facts("問い合わせ先", tuple((label, "") for label in _CONTACT)),
            ),
            foot=self.foot,
            made=self.made,
        )


def content_of_ai_notice(weights: Weights, *, provenance: Mapping[str, object], office: str = "") -> AiNoticeContent:
    """The notice for one weight file.

    Parameters
    ----------
    weights : Weights
    provenance : mapping
        Its date is the notice's.
    office : str, optional
        Name of the municipality.

    Raises
    ------
    DocumentError
        If the provenance does not have the agreed form.
    """
    origin = read_provenance(provenance)
    return AiNoticeContent(
        office=office,
        made=origin.generated_for,
        weights=f"{WEIGHTS_JA.get(weights.name, weights.name)}（{weights.digest[:12]}）",
        for_reading=_criteria(weights.coordinator, "coordinator"),
        for_applicants=_criteria(weights.applicant, "applicant"),
        foot=foot_of(origin),
    )


def ai_notice_workbook(content: AiNoticeContent) -> bytes:
    """The notice as an ``.xlsx`` file."""
    return one_sheet(content.sections())


def ai_notice_pdf(content: AiNoticeContent) -> bytes:
    """The notice as a PDF."""
    return print_sections(content.sections())


def _criteria(weights: Mapping[str, float], audience: Audience) -> tuple[Criterion, ...]:
    used = [term for term in ALL_TERMS if audience in term.audiences and weights.get(term.name, 0.0) > 0]
    return tuple(
        Criterion(
            title=term.title,
            share=f"{100 * weights[term.name]:.1f} %",
            reads=_READS[term.data_class],
            reason=_INNER_MARK.sub("", term.evidence),
        )
        for term in sorted(used, key=lambda term: (-weights[term.name], term.name))
    )


def _table(title: str, criteria: tuple[Criterion, ...], *, note: str) -> Table:
    columns = (
        TableColumn("見る点", 5, "label"),
        TableColumn("重み", 2, "number"),
        TableColumn("読むもの", 6),
        TableColumn("理由と出典（「仮定」は本ソフトの見積り）", 14),
    )
    rows = tuple((one.title, one.share, one.reads, one.reason) for one in criteria)
    return Table(title, columns, rows, note=note)
