"""The page for the mayor and the assembly among the kinds of documents."""

from __future__ import annotations

from typing import Final

from api.documents.briefing.content import BriefingContent, briefing_pdf, briefing_workbook, content_of_briefing
from api.documents.kinds import DocumentKind, Material
from features.money import PlacementMoney, placement_money
from features.records import Posting

__all__ = ["BRIEFING"]

_NAME: Final = "briefing"


def _content(material: Material) -> BriefingContent:
    posting = material.posting
    applications = (*material.records.applications, *material.stopped)
    ids = {one.application_id for one in applications if one.posting_id == posting.posting_id}
    return content_of_briefing(
        posting,
        money=_money(posting),
        applications=applications,
        decisions=[one for one in material.decisions if one.application_id in ids],
        placements=material.placements,
        provenance=material.proof(_NAME),
    )


def _money(posting: Posting) -> PlacementMoney | None:
    """The money of a seat; none where the call does not say when, how long, or in which of several ways."""
    has_one_way = posting.program != "kigyojin" or len(posting.subtypes or ()) == 1
    return placement_money(posting) if posting.start_date and posting.term_months and has_one_way else None


BRIEFING: Final = DocumentKind(
    name=_NAME,
    title="首長・議会説明",
    needs=("posting",),
    writers={
        "xlsx": lambda material: briefing_workbook(_content(material)),
        "pdf": lambda material: briefing_pdf(_content(material)),
    },
    people=lambda _material: (),  # counts alone
)
