"""What routes tell of themselves is what the document says of them."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, Depends, FastAPI

from api.accounts.access import require_permission
from api.http.documented import documented_routes, query_names
from api.http.serving import serve


def test_every_route_knows_the_parameters_of_its_document(built: FastAPI) -> None:
    told = {
        (method.upper(), path): [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]
        for path, item in built.openapi()["paths"].items()
        for method, operation in item.items()
    }
    known = {
        (method, route.path_format): query_names(route.dependant)
        for route in documented_routes(built)
        for method in route.methods
    }
    assert known == told
    assert ["program", "destination"] in [names[:2] for names in known.values()]  # where a model is the whole query


def test_a_route_that_asks_for_permission_second_is_not_served() -> None:
    router = APIRouter(dependencies=[Depends(lambda: None), Depends(require_permission)])
    router.add_api_route("/x", lambda: None)
    app = FastAPI()
    before = [*app.routes]
    with pytest.raises(ValueError, match="/x does not begin with require_permission"):
        serve(app, router)
    assert app.routes == before


def test_a_route_that_is_no_operation_is_not_served() -> None:
    router = APIRouter()
    router.add_route("/file", lambda request: None)
    with pytest.raises(ValueError, match="/file does not begin with require_permission"):
        serve(FastAPI(), router)
