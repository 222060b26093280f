"""Interview dates among the kinds of documents."""

from __future__ import annotations

from typing import Final

from api.documents.calendar.icalendar import interview_dates
from api.documents.calendar.slots import InterviewSlot
from api.documents.errors import DocumentError
from api.documents.kinds import DocumentKind, Material
from api.documents.place_title import place_title

__all__ = ["INTERVIEW_DATES", "slots_of"]


def slots_of(material: Material) -> tuple[InterviewSlot, ...]:
    """The interviews of the posting, of the named applicant alone where one is named.

    Raises
    ------
    DocumentError
        If there is none, somebody has two, or somebody did not apply to the posting.
    """
    posting_id, wanted = material.posting.posting_id, material.applicant_id
    found = [one for one in material.interviews if one.posting_id == posting_id and wanted in (None, one.applicant_id)]
    if not found:
        raise DocumentError(f"no interview for posting {posting_id} is among the interviews")
    applied = {one.applicant_id for one in material.applications}
    seen: set[str] = set()
    for slot in found:
        if slot.applicant_id not in applied:
            raise DocumentError(f"applicant {slot.applicant_id} has an interview and no application to {posting_id}")
        if slot.applicant_id in seen:
            raise DocumentError(f"applicant {slot.applicant_id} has two interviews for posting {posting_id}")
        seen.add(slot.applicant_id)
    return tuple(found)


def _dates(material: Material) -> bytes:
    return interview_dates(slots_of(material), made=material.market.on, title=place_title(material.posting))


INTERVIEW_DATES: Final = DocumentKind(
    name="interview-dates",
    title="面接の予定",
    needs=("posting", "interviews"),
    writers={"ics": _dates},
    people=lambda material: sorted(slot.applicant_id for slot in slots_of(material)),
)
