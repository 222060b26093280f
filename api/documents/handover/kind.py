"""The paper for whoever takes over among the kinds of documents."""

from __future__ import annotations

from typing import Final

from api.documents.handover.content import HandoverContent, content_of_handover, handover_pdf, handover_workbook
from api.documents.kinds import DocumentKind, Material, recorded_people

__all__ = ["HANDOVER"]

_NAME: Final = "handover"


def _content(material: Material) -> HandoverContent:
    return content_of_handover(
        material.posting,
        before=material.versions,
        applications=(*material.records.applications, *material.stopped),
        stopped={one.applicant_id for one in material.stopped},
        decisions=material.decisions,
        placements=material.placements,
        provenance=material.proof(_NAME),
    )


HANDOVER: Final = DocumentKind(
    name=_NAME,
    title="引継ぎ書",
    needs=("posting",),
    writers={
        "xlsx": lambda material: handover_workbook(_content(material)),
        "pdf": lambda material: handover_pdf(_content(material)),
    },
    people=recorded_people,
)
