"""What the document of the API says of its routes, read from the routes: making the document takes half a second."""

from __future__ import annotations

from collections.abc import Generator

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

__all__ = ["documented_routes", "query_names"]


def documented_routes(app: FastAPI) -> Generator[APIRoute]:
    """Every route that the document has, in its order; pages and files are outside it."""
    return (route for route in app.routes if isinstance(route, APIRoute) and route.include_in_schema)


def query_names(asked: Dependant) -> list[str]:
    """Parameters of the query that a route takes, itself or by what it depends on, in the order of the document.

    Examples
    --------
    >>> app = FastAPI()
    >>> def found(place: str, on: str, top: int = 20): ...
    >>> app.add_api_route("/calls/{place}", found)
    >>> [query_names(route.dependant) for route in documented_routes(app)]
    [['on', 'top']]
    """
    names: list[str] = []
    for field in asked.query_params:
        model = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):  # the query as a whole
            names += [info.alias or name for name, info in model.model_fields.items()]
        else:
            names.append(field.alias)
    for inner in asked.dependencies:
        names += [name for name in query_names(inner) if name not in names]
    return names
