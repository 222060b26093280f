"""⑥ 特別交付税 evidence: who served when, what it cost by item, on what the region rests, and what is covered at most.

There is no application beforehand; the ministry counts afterwards. So this is a file to keep, one sheet a fiscal year.
"""

from __future__ import annotations

from api.documents.tax_evidence.content import TaxEvidenceContent, content_of_tax_evidence
from api.documents.tax_evidence.members import Member, RegionProof, YearCosts
from api.documents.tax_evidence.workbook import tax_evidence_workbook

__all__ = [
    "Member",
    "RegionProof",
    "TaxEvidenceContent",
    "YearCosts",
    "content_of_tax_evidence",
    "tax_evidence_workbook",
]
