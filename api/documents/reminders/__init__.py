"""The list of what is due: deadlines, follow-ups after 3, 6, 12 and 36 months, old calls, answers that are awaited."""

from __future__ import annotations

from api.documents.reminders.content import (
    Reminder,
    ReminderEvent,
    RemindersContent,
    content_of_reminders,
    reminder_events,
    reminders_pdf,
    reminders_workbook,
)

__all__ = [
    "Reminder",
    "ReminderEvent",
    "RemindersContent",
    "content_of_reminders",
    "reminder_events",
    "reminders_pdf",
    "reminders_workbook",
]
