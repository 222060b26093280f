"""The evidence file among the kinds of documents."""

from __future__ import annotations

from typing import Final

from api.documents.kinds import DocumentKind, Material
from api.documents.tax_evidence.content import TaxEvidenceContent, content_of_tax_evidence
from api.documents.tax_evidence.members import Member
from api.documents.tax_evidence.workbook import tax_evidence_workbook
from features.municipalities import find
from features.records import Application, Posting

__all__ = ["TAX_EVIDENCE"]

_NAME: Final = "tax-evidence"


def _content(material: Material) -> TaxEvidenceContent:
    """Everybody accepted whose start is known, of the posting where one is named."""
    calls = {one.posting_id: one for one in material.market.records.postings}
    accepted = [
        one
        for one in material.market.records.applications
        if one.status == "accepted" and one.posting_id in calls and material.posting_id in (None, one.posting_id)
    ]
    found = [_member(one, calls[one.posting_id], material) for one in accepted]
    members = [member for member in found if member is not None]
    offices = {find(member.posting.municipality_code).full_name for member in members}
    office = offices.pop() if len(offices) == 1 else ""
    return content_of_tax_evidence(members, provenance=material.proof(_NAME), office=office)


def _member(application: Application, posting: Posting, material: Material) -> Member | None:
    placement = next((one for one in material.placements if one.application_id == application.application_id), None)
    start = posting.start_date if placement is None else placement.started_on
    if start is None:
        return None
    left = None if placement is None or placement.left is None else placement.left.left_on
    person = material.applicant(application.applicant_id)
    ways = person.selection_profile.subtypes or ()
    return Member(
        placement_id=application.application_id,
        member_id=application.applicant_id,
        posting=posting,
        started_on=start,
        left_on=left,
        subtype=ways[0] if posting.program == "kigyojin" and len(ways) == 1 else None,
        proof=material.region_proofs.get(application.application_id),
    )


TAX_EVIDENCE: Final = DocumentKind(
    name=_NAME,
    title="特別交付税措置の基礎資料",
    needs=(),
    writers={"xlsx": lambda material: tax_evidence_workbook(_content(material))},
)
