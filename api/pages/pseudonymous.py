"""Records as a researcher's page may show them."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from pydantic import BaseModel

from api.accounts.pseudonyms import pseudonymised
from api.accounts.reach import Reach

__all__ = ["shown_to"]


def shown_to(request: Request, reach: Reach, answer: BaseModel) -> dict[str, Any]:
    """What an API route answers, as this caller's page may show it; pseudonymised for a researcher."""
    page: dict[str, Any] = answer.model_dump(mode="json")
    if reach.pseudonym_key is None:
        return page
    request.state.is_pseudonymised = True
    return pseudonymised(page, reach.pseudonym_key)
