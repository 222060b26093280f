"""The workbook of one posting's ranking: 選考一覧表, 対象外, この表について, 点の内訳."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from io import BytesIO

from xlsxwriter.workbook import Workbook

from api.documents.shapes import read_provenance, read_ranking
from api.documents.text_width import clip
from api.documents.wording import date_ja, posting_facts
from api.documents.workbook.exclusions import write_exclusions
from api.documents.workbook.explanation import write_about, write_breakdown
from api.documents.workbook.selection import write_selection
from api.documents.workbook.sheet import Paper
from api.documents.workbook.styles import cell_styles
from features.municipalities import find
from features.records import Posting

__all__ = ["ranking_workbook"]

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_TITLE_WIDTH = 80


def ranking_workbook(
    ranking: Mapping[str, object],
    *,
    posting: Posting,
    titles: Mapping[str, str],
    provenance: Mapping[str, object],
    weights: Mapping[str, float] | None = None,
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

    Returns
    -------
    bytes
        Sheets 選考一覧表 (one row a candidate, A4 landscape, panel columns blank), 対象外, この表について, 点の内訳.

    Raises
    ------
    DocumentError
        If the ranking or the provenance does not have the agreed form, or the ranking is of another posting.
    """
    listed, origin = read_ranking(ranking, posting_id=posting.posting_id), read_provenance(provenance)
    made = date_ja(origin.generated_for)
    title = _title_of(posting)
    content = BytesIO()
    workbook = Workbook(content, _OPTIONS)
    workbook.set_properties(
        {"title": f"選考一覧表 {posting.posting_id}", "created": datetime.combine(origin.generated_for, time(), UTC)}
    )
    workbook.set_size(1600, 1000)
    paper = Paper(workbook, cell_styles(workbook), footer=f"{title}　{made}現在")
    facts = "　".join(f"{label}: {words}" for label, words in posting_facts(posting))
    count = f"読む応募 {len(listed.candidates)}人　対象外 {len(listed.excluded)}人　{made}現在"
    write_selection(paper, listed.candidates, heading=f"選考一覧表　{title}", facts=f"{count}　{facts}", titles=titles)
    write_exclusions(paper, listed.excluded, heading=f"対象外　{title}")
    write_about(paper, posting, titles=titles, weights=weights or {}, provenance=origin)
    write_breakdown(paper, listed.candidates, titles=titles)
    workbook.close()
    return content.getvalue()


def _title_of(posting: Posting) -> str:
    place = find(posting.municipality_code).full_name
    title = clip(posting.title or posting.posting_id, _TITLE_WIDTH)
    return title if place in title else f"{place}　{title}"
