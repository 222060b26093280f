"""The workbook of one posting's ranking: 選考一覧表, 対象外, この表について, 点の内訳, 名簿."""

from __future__ import annotations

from collections.abc import Mapping

from api.documents.selection_list.content import selection_list
from api.documents.shapes import read_provenance, read_ranking
from api.documents.workbook.book import workbook_of
from api.documents.workbook.exclusions import write_exclusions
from api.documents.workbook.explanation import write_about, write_breakdown
from api.documents.workbook.names import write_names
from api.documents.workbook.selection import write_selection
from api.documents.workbook.sheet import Paper
from features.records import Posting

__all__ = ["ranking_workbook"]


def ranking_workbook(
    ranking: Mapping[str, object],
    *,
    posting: Posting,
    titles: Mapping[str, str],
    provenance: Mapping[str, object],
    weights: Mapping[str, float] | None = None,
    names: Mapping[str, str] | None = None,
    n_members: int = 3,
    n_ended: int = 0,
) -> bytes:
    """The 選考一覧表 of one posting as an ``.xlsx`` file.

    Parameters
    ----------
    ranking : mapping
        One element of ``rankings`` in the interchange form (``Ranking.to_json()``).
    posting : Posting
        The posting it ranks for.
    titles : mapping of str to str
        Japanese title of each term; a term without one is shown by its name.
    provenance : mapping
        Provenance of the run; its date is the file's date, so the same run gives the same bytes.
    weights : mapping of str to float, optional
        The coordinator's weights, printed with the explanation.
    names : mapping of str to str, optional
        Names by applicant id, from the office's own list; without them the office may write them into 名簿.
    n_members : int, default 3
        Blank columns for the panel, with their mean beside them.
    n_ended : int, default 0
        Applications that are over and not in the ranking.

    Returns
    -------
    bytes
        Sheets 選考一覧表 (one row a candidate, A4 landscape, panel columns blank), 対象外, この表について,
        点の内訳, 名簿.

    Raises
    ------
    DocumentError
        If the ranking or the provenance does not have the agreed form, or the ranking is of another posting.
    """
    listed, origin = read_ranking(ranking, posting_id=posting.posting_id), read_provenance(provenance)
    given = names or {}
    content = selection_list(
        listed,
        posting=posting,
        titles=titles,
        provenance=origin,
        names=given,
        n_members=n_members,
        n_ended=n_ended,
    )

    def write(paper: Paper) -> None:
        write_selection(paper, content)
        write_exclusions(paper, content.excluded, heading=f"対象外　{content.title}")
        write_about(paper, posting, titles=titles, weights=weights or {}, provenance=origin)
        write_breakdown(paper, listed.candidates, titles=titles)
        write_names(paper, [row.applicant_id for row in content.rows], given)

    made = origin.generated_for
    return workbook_of(f"選考一覧表 {posting.posting_id}", made=made, footer=content.footer, write=write)
