"""What a route asks for so that a person who is erased leaves the memory of this process with its transaction."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, TypeAlias

from fastapi import Depends, Request

from api.own_data.forgetting import forget_in_memory
from api.storage.database import forget_free_pages

__all__ = ["Forgetting"]


def _forgetting(request: Request) -> Generator[None]:
    yield
    # here the transaction has ended: this comes first among the route's dependencies, so it ends last
    forget_in_memory(request.app.state.engine, request.app.state.market)
    forget_free_pages(request.app.state.engine)


Forgetting: TypeAlias = Annotated[None, Depends(_forgetting, scope="function")]
