"""The 採用理由書・不採用理由記録 among the kinds of documents."""

from __future__ import annotations

from typing import Final

from api.decisions.schemas import DecisionAnswer
from api.documents.decision_record.content import decision_record
from api.documents.form.content import Form
from api.documents.form.printed import forms_pdf
from api.documents.form.workbook import forms_workbook
from api.documents.kinds import DocumentKind, Material, recorded_people
from api.documents.wording import STOPPED_JA
from features.rules import rule_kinds

__all__ = ["DECISION_RECORD", "decisions_about"]

_NAME: Final = "decision-record"


def decisions_about(material: Material, application_id: str) -> tuple[DecisionAnswer, ...]:
    """The decisions about one application, oldest first."""
    found = [one for one in material.decisions if one.application_id == application_id]
    return tuple(sorted(found, key=lambda one: one.number))


def _forms(material: Material) -> tuple[Form, ...]:
    """One form an application to the posting; people whose use is stopped stand by id alone."""
    origin, kinds = material.origin(_NAME), rule_kinds()
    stopped = {one.application_id for one in material.decided_stopped}
    return tuple(
        decision_record(
            application,
            material.posting,
            decisions=decisions_about(material, application.application_id),
            kinds=kinds,
            provenance=origin,
            name=STOPPED_JA
            if application.application_id in stopped
            else material.names.get(application.applicant_id, ""),
            deciders=material.deciders,
        )
        for application in material.recorded
    )


def _workbook(material: Material) -> bytes:
    return forms_workbook(_forms(material), sheet="理由の記録", made=material.market.on)


def _paper(material: Material) -> bytes:
    return forms_pdf(_forms(material))


DECISION_RECORD: Final = DocumentKind(
    name=_NAME,
    title="採用理由書・不採用理由記録",
    needs=("posting",),
    writers={"xlsx": _workbook, "pdf": _paper},
    people=recorded_people,
)
