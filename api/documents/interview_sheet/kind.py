"""The 面接評価シート among the kinds of documents."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from api.documents.interview_sheet.content import InterviewSheet, Invited, interview_sheet
from api.documents.interview_sheet.workbook import interview_workbook
from api.documents.kinds import DocumentKind, Material
from api.documents.printed import print_pdf
from api.documents.selection_list.kind import ranking_of
from api.documents.shapes import read_ranking

__all__ = ["INTERVIEW_SHEET"]

_NAME: Final = "interview-sheet"
_INVITED: Final = frozenset({"screened", "interview"})


def _content(material: Material) -> InterviewSheet:
    return interview_sheet(
        material.posting,
        _invited(material),
        provenance=material.origin(_NAME),
        names=material.names,
        n_members=material.n_members,
    )


def _invited(material: Material) -> list[Invited]:
    """The named applicant; whoever has passed the papers; everybody in the list where that is nobody yet.

    Somebody outside the list may be interviewed too: a rule speaks of tax, and people decide.
    """
    posting = material.posting
    ranking = read_ranking(ranking_of(material), posting_id=posting.posting_id)
    listed = {one.applicant_id: Invited(one.applicant_id, one.verdicts, one.questions) for one in ranking.candidates}
    known = {out.id: Invited(out.id, out.rules) for out in ranking.excluded} | listed
    if material.applicant_id is not None:
        return [known.get(material.applicant_id, Invited(material.applicant(material.applicant_id).applicant_id, ()))]
    passed = {
        one.applicant_id
        for one in material.records.applications
        if one.posting_id == posting.posting_id and one.status in _INVITED
    }
    return [one for an_id, one in known.items() if an_id in passed] if passed else list(listed.values())


def _workbook(material: Material) -> bytes:
    return interview_workbook(_content(material), made=material.market.on)


def _paper(material: Material) -> bytes:
    return print_pdf("interview_sheet", asdict(_content(material)))


INTERVIEW_SHEET: Final = DocumentKind(
    name=_NAME, title="面接評価シート", needs=("posting",), writers={"xlsx": _workbook, "pdf": _paper}
)
