"""地域要件の確認, for anybody and without an account: from where to where, the answer with its reason and source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from fastapi import Depends, Request
from pydantic import Field
from starlette.responses import Response

from api.eligibility_query import EligibilityQuery
from api.http.dependencies import Market
from api.pages.errors import Fault, FormError
from api.pages.forms import FormModel, FormState, asked_as
from api.pages.japan_map import JapanMap, japan_map, map_point
from api.pages.place_search import Meant, meant_by
from api.pages.shell import Crumb, PageShell, Shell, page_router, shell_of
from api.routes.eligibility import by_parameters
from api.settings import Settings
from features.municipalities import Municipality
from features.records import EXEMPTION_FACTS
from features.rules import wording
from features.taxonomy.vocabulary import Zone

__all__ = ["RegionForm", "router"]

router = page_router()

ExceptionKind = Literal["none", "former_member", "jet", "overseas"]
_Place = Annotated[str, Field(max_length=50)]
_Code = Annotated[str, Field(pattern=r"^\d{5}$")]
_Months = Annotated[int, Field(ge=0, le=600)]
_WITH_MONTHS: Final = ("former_member", "jet")


class RegionForm(FormModel):
    """What is asked: names as they are typed, and codes where a name was not clear."""

    origin: _Place | None = None
    origin_code: _Code | None = None
    origin_zone: Zone = "unknown"
    destination: _Place
    destination_code: _Code | None = None
    destination_zone: Zone = "unknown"
    exception: ExceptionKind = "none"
    former: _Place | None = None
    former_code: _Code | None = None
    months: _Months | None = None
    months_since_end: _Months | None = None


def _drawn(request: Request, form: FormState, status: int) -> Response:
    """The page with what was typed and no answer yet; unclear names come with their choices."""
    return _page(shell_of(request), form, status, choices=_choices(form))


def _page(shell: PageShell, form: FormState, status: int = 200, **content: object) -> Response:
    known: dict[str, object] = {"answer": None, "choices": {}, "map": None, "origin": None, "destination": None}
    title = Crumb(shell.words("region_check.nav"))
    return shell.page("region_check.html.j2", status=status, crumbs=[title], form=form, **(known | content))


def _choices(form: FormState) -> Mapping[str, object]:
    names = ("origin", "destination", "former")
    return {name: meant_by(name, form.first(name)).choices for name in names if form.first(name).strip()}


@router.get("/region-check")
def region_check(
    request: Request,
    shell: Shell,
    market: Market,
    asked: Annotated[RegionForm | None, Depends(asked_as(RegionForm, drawn=_drawn))],
) -> Response:
    """The form, and the answer where something was asked."""
    if asked is None:
        return _page(shell, FormState())
    query, origin, destination = _query(asked)
    answer = by_parameters(query, market)
    settings: Settings = request.app.state.settings
    form = FormState({name: [str(value)] for name, value in asked.model_dump(exclude_none=True).items()})
    return _page(
        shell,
        form,
        answer=answer,
        map=_map(shell, origin, destination),
        origin=origin,
        destination=destination,
        exception=asked.exception,
        verdict_words=wording(answer.verdict, answer.rule_id, shell.words.language),
        sentence=answer.findings[0].sentence,
        on=settings.day(),
    )


def _query(asked: RegionForm) -> tuple[EligibilityQuery, Municipality | None, Municipality]:
    is_abroad = asked.exception == "overseas"
    origin = None if is_abroad else _meant("origin", asked.origin, asked.origin_code)
    destination = _meant("destination", asked.destination, asked.destination_code)
    former = _meant("former", asked.former, asked.former_code) if asked.exception == "former_member" else None
    faults = [one.fault for one in (origin, destination, former) if one is not None and one.fault is not None]
    faults += [
        Fault(name, ("fault.needed",))
        for name in ("months", "months_since_end")
        if asked.exception in _WITH_MONTHS and getattr(asked, name) is None
    ]
    if faults or destination.place is None:
        raise FormError(faults)
    query = EligibilityQuery.model_validate(
        {
            "program": "kyoryokutai",
            "destination": destination.place.code,
            "destination_zone": asked.destination_zone,
            "origin": None if origin is None or origin.place is None else origin.place.code,
            "origin_zone": None if is_abroad else asked.origin_zone,
            "exception": _exception(asked, None if former is None else former.place),
        }
    )
    return query, None if origin is None else origin.place, destination.place


def _meant(name: str, text: str | None, chosen: str | None) -> Meant:
    return Meant(None, fault=Fault(name, ("fault.missing",))) if text is None else meant_by(name, text, chosen)


def _exception(asked: RegionForm, former: Municipality | None) -> dict[str, object] | None:
    if asked.exception == "none":
        return None
    told = {
        "months": asked.months,
        "months_since_end": asked.months_since_end,
        "municipality_code": None if former is None else former.code,
    }
    return {"kind": asked.exception, **{name: told[name] for name in EXEMPTION_FACTS[asked.exception]}}


def _map(shell: PageShell, origin: Municipality | None, destination: Municipality) -> JapanMap:
    words = shell.words
    to = map_point(destination.code, shape="to", words=words("region_check.to"))
    if origin is None:
        return japan_map([to], title=words("region_check.map_to", to=destination.full_name))
    start = map_point(origin.code, shape="from", words=words("region_check.from"))
    title = words("region_check.map", origin=origin.full_name, to=destination.full_name)
    return japan_map([start, to], title=title, line=(start, to))
