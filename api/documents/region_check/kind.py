"""The 地域要件確認書 among the kinds of documents."""

from __future__ import annotations

from typing import Final

from api.documents.errors import DocumentError
from api.documents.form.content import Form
from api.documents.form.printed import forms_pdf
from api.documents.form.workbook import forms_workbook
from api.documents.kinds import DocumentKind, Material
from api.documents.region_check.content import programme_pair, region_check
from features.rules import eligibility, rulesets_on

__all__ = ["REGION_CHECK"]

_NAME: Final = "region-check"


def _forms(material: Material) -> tuple[Form, ...]:
    """One form an applicant to the posting."""
    posting, market = material.posting, material.market
    if posting.program != "kyoryokutai":
        raise DocumentError(f"posting {posting.posting_id} is {posting.program}, expected kyoryokutai")
    ruleset = rulesets_on(market.on, market.rulesets, programs=[posting.program])[posting.program]
    origin = material.origin(_NAME)
    return tuple(
        region_check(
            applicant,
            posting,
            found=eligibility(*programme_pair(applicant, posting), on=market.on, rulesets=market.rulesets),
            ruleset=ruleset,
            provenance=origin,
            name=material.names.get(applicant.applicant_id, ""),
        )
        for applicant in (material.applicant(one.applicant_id) for one in material.applications)
    )


def _workbook(material: Material) -> bytes:
    return forms_workbook(_forms(material), sheet="地域要件確認書", made=material.market.on)


def _paper(material: Material) -> bytes:
    return forms_pdf(_forms(material))


REGION_CHECK: Final = DocumentKind(
    name=_NAME, title="地域要件確認書", needs=("posting",), writers={"xlsx": _workbook, "pdf": _paper}
)
