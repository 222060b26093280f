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
    """Everybody accepted whose days are known, of the posting where one is named; the others are named as left out."""
    calls = {one.posting_id: one for one in material.records.postings}
    found = [_member(one, calls[one.posting_id], material) for one in _accepted(material) if one.posting_id in calls]
    members = [member for member in found if member is not None]
    offices = {find(member.posting.municipality_code).full_name for member in members}
    office = offices.pop() if len(offices) == 1 else ""
    told = {member.placement_id for member in members}
    omitted = [one.applicant_id for one in _accepted(material) if one.application_id not in told]
    return content_of_tax_evidence(members, provenance=material.proof(_NAME), office=office, omitted=omitted)


def _accepted(material: Material) -> list[Application]:
    return [
        one
        for one in (*material.records.applications, *material.stopped)  # the money was spent, whoever stopped what
        if one.status == "accepted" and material.posting_id in (None, one.posting_id)
    ]


def _member(application: Application, posting: Posting, material: Material) -> Member | None:
    placement = next((one for one in material.placements if one.application_id == application.application_id), None)
    start = posting.start_date if placement is None else placement.started_on
    left = None if placement is None or placement.left is None else placement.left.left_on
    if start is None or (left is None and not posting.term_months):
        return None
    is_stopped = application in material.stopped
    ways = () if is_stopped else material.applicant(application.applicant_id).selection_profile.subtypes or ()
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
    people=lambda material: sorted({one.applicant_id for one in _accepted(material)}),
)
