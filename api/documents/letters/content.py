"""What stands in a letter: polite, neutral, and without a reason, which is told on request by way of the office."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

from api.documents.calendar.slots import InterviewSlot, slot_words
from api.documents.text_width import clip
from api.documents.wording import letter_date_ja, posting_facts
from features.municipalities import find
from features.records import Application, Posting
from features.taxonomy.vocabulary import JAPANESE, ContractType

__all__ = ["SUBJECTS", "Letter", "LetterKind", "letter"]

LetterKind: TypeAlias = Literal["offer", "not_chosen", "interview"]
SUBJECTS: Final[Mapping[LetterKind, str]] = {
    "offer": "選考の結果について（採用の内定）",
    "not_chosen": "選考の結果について",
    "interview": "面接のご案内",
}
_ENGAGED: Final[Mapping[ContractType | None, str]] = {
    "kaikei_nendo": "会計年度任用職員として任用する方",
    "itaku_kojin": "業務を委託する方",
    "itaku_hojin": "受託する法人で活動していただく方",
    None: "活動していただく方",
}
_THANKS: Final = "このたびは、{title}の募集にご応募いただき、ありがとうございました。"
_DECIDED: Final = "採否は、応募書類や面接などをもとに、人が決めました。"
_BODIES: Final[Mapping[LetterKind, tuple[str, ...]]] = {
    "offer": (
        _THANKS,
        "選考の結果、あなたを{engaged}として内定しましたので、お知らせします。" + _DECIDED,
        "下の条件をご確認のうえ、返事の期限までに、お受けになるかどうかをお知らせください。"
        "ご不明な点は、お返事の前にお問い合わせください。",
    ),
    "not_chosen": (
        _THANKS,
        "選考の結果、このたびの募集では採用に至りませんでしたので、お知らせします。" + _DECIDED,
        "お時間をいただいたことに、あらためてお礼を申し上げます。",
    ),
    "interview": (
        _THANKS,
        "次のとおり面接を行いますので、ご案内します。ご都合がつかないときや、配慮が必要なことがあるときは、"
        "遠慮なくご連絡ください。日時や方法を相談します。",
        "面接では、任務について考えていること、これまでの経験、任期中と任期後の計画、条件についてお話を伺います。"
        "家族、出身、信条など、仕事に関係のないことはお尋ねしません。",
    ),
}
_RECORD_MOVES: Final = (
    "住民票は、担当からお知らせする日より前に移さないでください。先に移されると、活動の経費が国の財政措置の対象に"
    "ならないことがあります。"
)
_ORDER_NOTE: Final = (
    "応募書類を読む順番の参考に、募集と応募書類の記述の重なりを計算する仕組みを使っています。"
    "採否を計算で決めることはありません。"
)
_NO_ORDER_NOTE: Final = "順位づけを希望されなかったため、応募の届いた順で書類を読みました。"
_DISCLOSURE: Final = (
    "選考に関するご自身の情報は、個人情報の保護に関する法律により、開示・訂正・利用停止を請求できます。"
    "結果についてのお尋ねとあわせて、下の担当までご連絡ください。"
)
_TITLE_WIDTH: Final = 200
_BLANK: Final = "＿" * 12
_BLANK_NUMBER: Final = "第　　　　号"  # given by the register of what an office sends
_BLANK_DAY: Final = "令和　　年　　月　　日"
_UNWRITTEN, _UNKNOWN = "記載なし", "未確認（担当にお問い合わせください）"


@dataclass(frozen=True)
class Letter:
    """One letter.

    Attributes
    ----------
    subject : str
    number, day, to, sender : str
        The number it is sent under, the day it is dated, whom it is for, and who sends it; blanks are filled in by the
        office.
    paragraphs : tuple of str
    facts : tuple of (label, words)
    notes : tuple of str
        What the reader should know: how the order was made, and the way to one's own data.
    contact : tuple of (label, words)
    applicant_id : str
        At the foot, so that the office finds the letter again.
    """

    subject: str
    number: str
    day: str
    to: str
    sender: str
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    contact: tuple[tuple[str, str], ...]
    applicant_id: str


def letter(
    kind: LetterKind,
    application: Application,
    posting: Posting,
    *,
    name: str = "",
    day: date | None = None,
    slot: InterviewSlot | None = None,
    is_ordered: bool = True,
) -> Letter:
    """A letter to one applicant.

    Parameters
    ----------
    kind : "offer", "not_chosen" or "interview"
    application : Application
    posting : Posting
    name : str, optional
        From the office's own list; a blank where it is missing.
    day : date, optional
        Of the decision; a blank where it is missing.
    slot : InterviewSlot, optional
        Needed for "interview".
    is_ordered : bool, default True
        False for whoever wanted no automated order.
    """
    words = {"title": _title(posting), "engaged": _ENGAGED[posting.contract_type]}
    return Letter(
        subject=SUBJECTS[kind],
        number=_BLANK_NUMBER,
        day=_BLANK_DAY if day is None else letter_date_ja(day),
        to=f"{name or _BLANK}　様",
        sender=_sender(posting),
        paragraphs=tuple(paragraph.format(**words) for paragraph in _BODIES[kind]),
        facts=_facts(kind, posting, slot),
        notes=_notes(kind, posting, is_ordered=is_ordered),
        contact=(("担当課・担当者", ""), ("電話・メール", "")),
        applicant_id=application.applicant_id,
    )


def _title(posting: Posting) -> str:
    return f"「{clip(posting.title, _TITLE_WIDTH)}」" if posting.title else JAPANESE[posting.program]


def _sender(posting: Posting) -> str:
    body = find(posting.municipality_code)
    return f"{body.full_name}知事" if body.type == "都道府県" else f"{body.full_name}長"


def _facts(kind: LetterKind, posting: Posting, slot: InterviewSlot | None) -> tuple[tuple[str, str], ...]:
    if kind == "interview" and slot is not None:
        belongings = "この案内、本人であることを確かめられるもの（写しは取りません）"
        return (("日時", slot_words(slot)), ("場所・方法", slot.place), ("持ち物", belongings))
    if kind == "offer":
        told = tuple(
            (label, _UNKNOWN if words == _UNWRITTEN else words)
            for label, words in posting_facts(posting, day_words=letter_date_ja)
            if label not in {"募集人数", "締切"}
        )
        return (*told, ("返事の期限", _BLANK_DAY))
    return ()


def _notes(kind: LetterKind, posting: Posting, *, is_ordered: bool) -> tuple[str, ...]:
    moves = (_RECORD_MOVES,) if kind == "offer" and posting.program == "kyoryokutai" else ()
    return (*moves, _ORDER_NOTE if is_ordered else _NO_ORDER_NOTE, _DISCLOSURE)
