"""The 選考一覧表 among the kinds of documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from api.documents.errors import DocumentError
from api.documents.kinds import DocumentKind, Material
from api.documents.printed import print_pdf
from api.documents.selection_list.content import EXCLUDED_NOTE, selection_list
from api.documents.shapes import read_ranking
from api.documents.told_seats import with_told_seats
from api.documents.workbook.ranking import ranking_workbook
from features.lists.ranking import rank
from features.market.scored_market import ENDED, TERMS

__all__ = ["MOST_ROWS", "SELECTION_LIST", "ranking_of"]

MOST_ROWS: Final = 500  # people whom nobody reads on paper
_NAME: Final = "selection-list"
_TITLES: Final = {name: term.title for name, term in TERMS.items()}


def ranking_of(material: Material) -> Mapping[str, object]:
    """The posting's ranking in the interchange form.

    Raises
    ------
    DocumentError
        If more people stand in it than a list for reading holds.
    """
    found = rank(material.market, material.posting.posting_id, top=MOST_ROWS + 1, what_if=False)
    if len(found.candidates) > MOST_ROWS:
        raise DocumentError(
            f"posting {material.posting.posting_id} has more than {MOST_ROWS} candidates; give a file with applications"
        )
    return found.to_json()


def _verify_whole(material: Material) -> None:
    if material.applicant_id is not None:
        raise DocumentError(f"document {_NAME} is about everybody, expected no applicant")


def _n_ended(material: Material) -> int:
    """People whose applications are all over: the order of reading leaves them out."""
    own = [one for one in material.records.applications if one.posting_id == material.posting.posting_id]
    still_open = {one.applicant_id for one in own if one.status not in ENDED}
    return len({one.applicant_id for one in own} - still_open)


def _workbook(material: Material) -> bytes:
    _verify_whole(material)
    return ranking_workbook(
        ranking_of(material),
        posting=with_told_seats(material.posting, material.records.applications),
        titles=_TITLES,
        provenance=material.proof(_NAME),
        weights=material.market.weights.coordinator,
        names=material.names,
        n_members=material.n_members,
        n_ended=_n_ended(material),
    )


def _paper(material: Material) -> bytes:
    _verify_whole(material)
    posting = material.posting
    content = selection_list(
        read_ranking(ranking_of(material), posting_id=posting.posting_id),
        posting=with_told_seats(posting, material.records.applications),
        titles=_TITLES,
        provenance=material.origin(_NAME),
        names=material.names,
        n_members=material.n_members,
        n_ended=_n_ended(material),
        is_printed=True,
    )
    return print_pdf("selection_list", asdict(content) | {"excluded_note": EXCLUDED_NOTE})


SELECTION_LIST: Final = DocumentKind(
    name=_NAME, title="選考一覧表", needs=("posting",), writers={"xlsx": _workbook, "pdf": _paper}
)
