"""What is due when, from the records and the decisions: one line each, and the same as events of a calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from api.decisions.schemas import DecisionAnswer
from api.documents.place_title import place_title
from api.documents.sectioned import SectionedDocument, Table, TableColumn, print_sections, sheets
from api.documents.sectioned.foot import foot_of
from api.documents.shapes import read_provenance
from api.documents.text_width import clip
from api.documents.wording import date_ja
from api.outcomes.due import due_outcomes
from api.outcomes.placements import Placement, months_after
from api.outcomes.schemas import MONTHS
from api.settings import JAPAN
from features.posting_quality.freshness import FRESH_DAYS
from features.records import Application, Posting

__all__ = [
    "Reminder",
    "ReminderEvent",
    "RemindersContent",
    "content_of_reminders",
    "reminder_events",
    "reminders_pdf",
    "reminders_workbook",
]

AHEAD_DAYS: Final = 90  # [A] what lies further ahead is not yet anybody's work
_ANSWER_DAYS: Final = 14  # [A] within two weeks an offer is usually answered
_TITLE_WIDTH: Final = 120


@dataclass(frozen=True)
class Reminder:
    """One thing to do.

    Attributes
    ----------
    key : str
        The same for the same thing, whenever the list is made.
    due : date
    what, subject, to_do : str
        Kind of thing, ids it is about, and what to do.
    """

    key: str
    due: date
    what: str
    subject: str
    to_do: str


@dataclass(frozen=True)
class ReminderEvent:
    """A whole day of a calendar: everything an ``.ics`` file needs, and no name of a person."""

    uid: str
    day: date
    summary: str
    description: str


@dataclass(frozen=True)
class RemindersContent:
    """What is due, earliest first; before ``on`` it is overdue."""

    on: date
    until: date
    reminders: tuple[Reminder, ...]
    foot: str

    def sections(self) -> SectionedDocument:
        """As a document of sections: overdue, and to come."""
        late = tuple(one for one in self.reminders if one.due < self.on)
        ahead = tuple(one for one in self.reminders if one.due >= self.on)
        return SectionedDocument(
            title="期限と連絡の一覧",
            lead=(
                f"{date_ja(self.on)}現在　{date_ja(self.until)}までの分　"
                f"期限を過ぎたもの{len(late)}件　これから{len(ahead)}件",
            ),
            sections=(
                _table("期限を過ぎたもの", late, nothing="期限を過ぎたものはありません。"),
                _table("これから", ahead, nothing="この期間に期限のあるものはありません。"),
            ),
            foot=self.foot,
            made=self.on,
            is_landscape=True,
        )


def content_of_reminders(
    *,
    postings: Sequence[Posting],
    applications: Sequence[Application] = (),
    decisions: Sequence[DecisionAnswer] = (),
    placements: Sequence[Placement] = (),
    provenance: Mapping[str, object],
    ahead_days: int = AHEAD_DAYS,
) -> RemindersContent:
    """What is due up to ``ahead_days`` after the day of the provenance.

    Parameters
    ----------
    postings : sequence of Posting
    applications : sequence of Application
    decisions : sequence of DecisionAnswer
        Of these applications, oldest first.
    placements : sequence of Placement
        For the questions after 3, 6, 12 and 36 months.
    provenance : mapping
    ahead_days : int, default 90

    Raises
    ------
    DocumentError
        If the provenance does not have the agreed form.
    """
    origin = read_provenance(provenance)
    on = origin.generated_for
    until = on + timedelta(days=ahead_days)
    found = (
        *(line for posting in postings for line in _of_posting(posting, applications, on)),
        *_offers(applications, decisions),
        *_follow_ups(placements, on),
    )
    kept = sorted((one for one in found if one.due <= until), key=lambda one: (one.due, one.key))
    return RemindersContent(on, until, tuple(kept), foot_of(origin))


def reminder_events(content: RemindersContent) -> tuple[ReminderEvent, ...]:
    """The list as events of whole days; what is overdue stands on the day of the list."""
    return tuple(
        ReminderEvent(
            uid=f"{one.key}@enmusubi",
            day=max(one.due, content.on),
            summary=f"{one.what}　{one.subject}",
            description=f"期限 {date_ja(one.due)}。{one.to_do}",
        )
        for one in content.reminders
    )


def reminders_workbook(content: RemindersContent) -> bytes:
    """The list as an ``.xlsx`` file."""
    return sheets(content.sections())


def reminders_pdf(content: RemindersContent) -> bytes:
    """The list as a PDF."""
    return print_sections(content.sections())


def _of_posting(posting: Posting, applications: Iterable[Application], on: date) -> Iterator[Reminder]:
    an_id, subject = posting.posting_id, f"{posting.posting_id}　{clip(place_title(posting), _TITLE_WIDTH)}"
    unread = [one for one in applications if one.posting_id == an_id and one.status == "received"]
    if posting.state == "open" and posting.deadline is not None:
        to_do = "締め切ったら、募集を「終了」にします。延ばすときは募集の締切を直します。"
        yield Reminder(f"deadline-{an_id}", posting.deadline, "募集の締切", subject, to_do)
    if unread and posting.deadline is not None and posting.deadline < on:
        to_do = f"まだ読まれていない応募が{len(unread)}件あります。読んで、返事の見込みを知らせます。"
        yield Reminder(f"unread-{an_id}", posting.deadline, "未読の応募", subject, to_do)
    if posting.state == "open" and posting.as_of is not None:
        to_do = "待遇・任務・締切が今のとおりかを確かめ、記載の時点を直します。"
        yield Reminder(
            f"stale-{an_id}", posting.as_of + timedelta(days=FRESH_DAYS + 1), "募集の記載の点検", subject, to_do
        )
    if posting.start_date is not None and posting.start_date >= on:
        to_do = "住まい・車両・受入団体・住民への説明がそろっているかを確かめます。"
        yield Reminder(f"start-{an_id}", posting.start_date, "着任", subject, to_do)


def _offers(applications: Iterable[Application], decisions: Sequence[DecisionAnswer]) -> Iterator[Reminder]:
    last = {one.application_id: one for one in decisions}
    for application in applications:
        told = last.get(application.application_id)
        if application.status == "offered" and told is not None and told.state == "offered":
            day = told.decided_at.astimezone(JAPAN).date()
            subject = f"{application.posting_id}　応募者 {application.applicant_id}"
            to_do = f"{date_ja(day)}に内定。返事がまだのときは、迷っている点をうかがいます。"
            due = day + timedelta(days=_ANSWER_DAYS)
            yield Reminder(f"offer-{application.application_id}", due, "内定の返事", subject, to_do)


def _follow_ups(placements: Sequence[Placement], on: date) -> Iterator[Reminder]:
    for due in due_outcomes(placements, on=on):
        yield _follow_up(due.application_id, due.applicant_id, due.posting_id, due.months, due.due_on)
    for placement in placements:
        start = placement.started_on
        if start is None or placement.left is not None or placement.is_stopped:
            continue
        for months in MONTHS:
            day = months_after(start, months)
            if day > on and months not in placement.outcomes:
                yield _follow_up(placement.application_id, placement.applicant_id, placement.posting_id, months, day)


def _follow_up(application_id: str, applicant_id: str, posting_id: str, months: int, day: date) -> Reminder:
    to_do = "本人と受入団体に様子を聞き、結果を記録します。辞めていたときは理由の区分だけを記録します。"
    return Reminder(
        f"follow-{application_id}-{months}",
        day,
        f"着任{months}か月の確認",
        f"{posting_id}　隊員等 {applicant_id}",
        to_do,
    )


def _table(title: str, reminders: Sequence[Reminder], *, nothing: str) -> Table:
    columns = (
        TableColumn("期限", 6, "label"),
        TableColumn("こと", 6),
        TableColumn("対象", 12),
        TableColumn("すること", 16),
        TableColumn("担当", 4),
        TableColumn("済んだ日", 5),
    )
    rows = tuple((one.due, one.what, one.subject, one.to_do, None, None) for one in reminders)
    return Table(title, columns, rows, nothing=nothing)
