"""The list of what is due among the kinds of documents."""

from __future__ import annotations

from typing import Final

from api.documents.calendar.icalendar import day_events
from api.documents.errors import DocumentError
from api.documents.kinds import DocumentKind, Material
from api.documents.reminders.content import (
    RemindersContent,
    content_of_reminders,
    reminder_events,
    reminders_pdf,
    reminders_workbook,
)

__all__ = ["REMINDERS"]

_NAME: Final = "reminders"


def _content(material: Material) -> RemindersContent:
    """Of the posting where one is named, else of all."""
    records = material.records
    return content_of_reminders(
        postings=records.postings if material.posting_id is None else (material.posting,),
        applications=[one for one in records.applications if material.posting_id in (None, one.posting_id)],
        decisions=material.decisions,
        placements=[one for one in material.placements if material.posting_id in (None, one.posting_id)],
        provenance=material.proof(_NAME),
    )


def _dates(material: Material) -> bytes:
    events = reminder_events(_content(material))
    if not events:  # a calendar without an event is no calendar (RFC 5545, 3.6)
        raise DocumentError("nothing is due, so there is no date for a calendar")
    return day_events(events, made=material.market.on)


REMINDERS: Final = DocumentKind(
    name=_NAME,
    title="期限と連絡の一覧",
    needs=(),
    writers={
        "xlsx": lambda material: reminders_workbook(_content(material)),
        "pdf": lambda material: reminders_pdf(_content(material)),
        "ics": _dates,
    },
)
