"""What a call is judged by: the lines of the sheet, their points, and what speaks for each (``lines.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from features.records import Posting

__all__ = ["Criteria", "Criterion", "Form", "criteria", "form_of"]

Form: TypeAlias = Literal["member", "trial", "company"]


class Criterion(BaseModel):
    """One line of the sheet.

    Attributes
    ----------
    code, title : str
        Key of the check, and what the sheet prints.
    points : mapping of form to float
        Points at most in a call of that form; a form that is not named has no such line.
    advice : str or None
        What to add, where the check itself has nothing nearer to say.
    advice_for : mapping of form to str
        The same for a form that needs other words.
    source : str
        What speaks for the line.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    title: str
    points: Mapping[Form, float]
    advice: str | None = None
    advice_for: Mapping[Form, str] = Field(default_factory=dict[Form, str])
    source: str

    def advice_in(self, form: Form) -> str | None:
        """What to add in a call of that form."""
        return self.advice_for.get(form, self.advice)


class Criteria(BaseModel):
    """Every line in the order of the sheet, and from how many points on a call is ready or has enough."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ready: float
    enough: float
    line: tuple[Criterion, ...]


@lru_cache(maxsize=1)
def criteria() -> Criteria:
    """The criteria that ship with the engine.

    Examples
    --------
    >>> sum(line.points.get("member", 0) for line in criteria().line)
    100.0
    """
    text = files("features.posting_quality").joinpath("lines.toml").read_text(encoding="utf-8")
    return Criteria.model_validate(tomllib.loads(text))


def form_of(posting: Posting) -> Form:
    """Whether a call is one for companies, itself a try-out, or one for members.

    Examples
    --------
    >>> form_of(Posting(posting_id="p", program="kigyojin", municipality_code="01468", headcount=1))
    'company'
    """
    if posting.program == "kigyojin":
        return "company"
    return "member" if posting.trial in (None, "none") else "trial"
