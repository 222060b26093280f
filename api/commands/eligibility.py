"""``enmusubi eligibility``: is this move covered by the programme, and by which rule?"""

from __future__ import annotations

from typing import Annotated

import typer
from pydantic import ValidationError

from api.commands.options import AsJson, On, date_of, people_console, print_json
from api.eligibility_query import EligibilityQuery
from features.errors import MunicipalityError
from features.json_files.record_files import explain_error
from features.municipalities import find
from features.rules import LIMIT_LABELS, Eligibility, eligibility

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(name="eligibility", help="制度の対象になるかを、規則と根拠つきで答えます。")(_eligibility)


def _eligibility(  # noqa: PLR0917 -- one parameter an option of the command line
    program: Annotated[str, typer.Option(help="kyoryokutai | kigyojin")],
    destination: Annotated[str, typer.Option(help="Name or code of the receiving municipality.")],
    origin: Annotated[str | None, typer.Option(help="Name or code of the municipality of the present 住民票.")] = None,
    origin_zone: Annotated[str | None, typer.Option(help="inside | outside | unknown")] = None,
    destination_zone: Annotated[str | None, typer.Option(help="inside | outside | unknown")] = None,
    exception: Annotated[
        str | None,
        typer.Option(help="former_member:MONTHS:MONTHS_SINCE_END:CODE | overseas | jet:MONTHS:MONTHS_SINCE_END"),
    ] = None,
    subtype: Annotated[str | None, typer.Option(help="dispatch | sidejob | senior")] = None,
    company: Annotated[str | None, typer.Option(help="Name or code of the company's municipality.")] = None,
    tenure_months: Annotated[int | None, typer.Option(help="Months with the company.")] = None,
    days: Annotated[float | None, typer.Option(help="Days a month.")] = None,
    hours: Annotated[float | None, typer.Option(help="Hours a month.")] = None,
    onsite_days: Annotated[float | None, typer.Option(help="Days a month on site.")] = None,
    term_months: Annotated[int | None, typer.Option(help="Months of the term.")] = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    given = {
        "program": program,
        "destination": _code("--destination", destination),
        "origin": origin and _code("--origin", origin),
        "origin_zone": origin_zone,
        "destination_zone": destination_zone,
        "exception": exception,
        "subtype": subtype,
        "company": company and _code("--company", company),
        "tenure_months": tenure_months,
        "days": days,
        "hours": hours,
        "onsite_days": onsite_days,
        "term_months": term_months,
        "on": date_of(on),
    }
    query = _query({name: value for name, value in given.items() if value is not None})
    _print(eligibility(query.applicant(), query.posting(), on=date_of(on)), as_json=as_json)


def _code(option: str, text: str) -> str:
    """The code of a municipality that is named; digits are judged with everything else."""
    if text.isascii() and text.isdigit():
        return text
    try:
        return find(text).code
    except MunicipalityError as error:
        raise typer.BadParameter(f"{option}: {error}") from None


def _query(given: dict[str, object]) -> EligibilityQuery:
    try:
        return EligibilityQuery.model_validate(given)
    except ValidationError as error:
        place, _, fault = explain_error(error, EligibilityQuery).partition(": ")
        option = f"--{place.replace('_', '-')}: " if place in EligibilityQuery.model_fields else ""
        raise typer.BadParameter(f"{option}{fault}") from None


def _print(found: Eligibility, *, as_json: bool) -> None:
    if as_json:
        print_json(found.to_json())
        return
    console = people_console()
    console.print(found.sentence, markup=False, style="bold")
    console.print(f"規則　{found.rule_id}", markup=False)
    console.print(f"根拠　{found.source}", markup=False)
    for point in found.open_points:
        console.print(f"　※ {point}", markup=False)
    known = [f"{LIMIT_LABELS[name]} {value:,}" for name, value in found.limits.items() if value is not None]
    unknown = [LIMIT_LABELS[name] for name, value in found.limits.items() if value is None]
    if known:
        console.print(f"上限　{'、'.join(known)}", markup=False)
    if unknown:
        console.print(f"未確認の上限　{'、'.join(unknown)}", markup=False, style="dim")
