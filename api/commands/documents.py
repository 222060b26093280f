"""``enmusubi documents``: an office's papers from files of records, as Excel, PDF or calendar dates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import ApplicantsFile, On, PostingsFile, WeightsFile, date_of
from features.json_files.record_files import load_records
from features.market.scored_market import ScoredMarket, read_market
from features.weights import load_weights

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(
        name="documents",
        help="選考一覧表・面接評価シート・地域要件確認書・理由の記録・通知・面接の予定を、記録のファイルから作ります。",
    )(_documents)


def _documents(  # noqa: PLR0917 -- one parameter an option of the command line
    kind: Annotated[str, typer.Argument(help="selection-list, …: an unknown word is answered with the known ones.")],
    applicants: ApplicantsFile,
    postings: PostingsFile,
    out: Annotated[Path, typer.Option("-o", "--out", help="A new file, its owner's alone: .xlsx, .pdf or .ics.")],
    posting: Annotated[str | None, typer.Option(help="The posting's id.")] = None,
    applicant: Annotated[str | None, typer.Option(help="One applicant's id; everybody meant where absent.")] = None,
    names: Annotated[Path | None, typer.Option(help="CSV with 応募者ID and 氏名: the office's own list.")] = None,
    decisions: Annotated[Path | None, typer.Option(help="JSON as GET /api/v1/decisions answers it.")] = None,
    interviews: Annotated[Path | None, typer.Option(help="JSON with interviews: who, when, where.")] = None,
    members: Annotated[int, typer.Option(min=1, max=8, help="Members of the panel.")] = 3,
    weights: WeightsFile = None,
    on: On = None,
) -> None:
    from api.documents.errors import DocumentError
    from api.documents.kinds import Material
    from api.documents.material_files import read_decisions, read_interviews, read_names
    from api.documents.registry import verify_kind, write_document
    from api.files import whole_file

    form = out.suffix.lower().removeprefix(".")
    try:
        verify_kind(kind, form)
        material = Material(
            market=_market(applicants, postings, weights, on),
            posting_id=posting,
            applicant_id=applicant,
            names={} if names is None else read_names(names),
            decisions=() if decisions is None else read_decisions(decisions),
            interviews=() if interviews is None else read_interviews(interviews),
            n_members=members,
        )
        content = write_document(kind, form, material)
    except DocumentError as error:
        raise typer.BadParameter(str(error)) from None
    with whole_file(out) as partial:
        partial.write_bytes(content)
    typer.echo(f"{out} に書き出しました。")


def _market(applicants: Path, postings: Path, weights: Path | None, on: str | None) -> ScoredMarket:
    chosen = None if weights is None else load_weights(weights)
    return read_market(load_records([applicants, postings]), on=date_of(on), weights=chosen)
