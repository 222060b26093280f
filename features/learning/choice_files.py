"""Files of choices: who was looked at together, and who was chosen, in which order.

::

    {"choices": [
      {"posting_id": "p1", "decided_by": "officer-2", "shown": ["a1", "a2", "a3"], "chosen": ["a3", "a1"]},
      {"applicant_id": "a1", "shown": ["p1", "p2"], "chosen": [["p1", "p2"]]}
    ]}

``chosen`` is best first, a list inside it is a tie, empty is nobody. A coordinator's choice names its posting, an
applicant's own the applicant. A choice stands in the file once: two rows that say the same are refused, because the
choice would count twice; the same people looked at again by somebody else say so by ``decided_by``. Reasons, remarks
and names are not part of the format.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from features.json_files.models import load_model

__all__ = ["Choice", "ChoiceFile", "load_choices"]

_Id = Annotated[str, Field(min_length=1, max_length=200)]
_MOST = 10_000


class Choice(BaseModel):
    """One choice; exactly one of ``posting_id`` and ``applicant_id`` is told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    posting_id: _Id | None = None
    applicant_id: _Id | None = None
    decided_by: _Id | None = None
    shown: Annotated[tuple[_Id, ...], Field(min_length=1, max_length=_MOST)]
    chosen: Annotated[tuple[_Id | tuple[_Id, ...], ...], Field(max_length=_MOST)]

    @model_validator(mode="after")
    def _fits(self) -> Choice:
        if (self.posting_id is None) == (self.applicant_id is None):
            raise ValueError("has both or none of posting_id and applicant_id, expected exactly one")
        if len(set(self.shown)) < len(self.shown):
            raise ValueError("shows somebody twice, expected each once")
        if not all(self.places):
            raise ValueError("has an empty tie in chosen, expected at least one in each; nobody at all is []")
        taken = [one for place in self.places for one in place]
        if len(set(taken)) < len(taken) or not set(taken) <= set(self.shown):
            raise ValueError("chooses somebody twice or who was not shown, expected each of the shown once at most")
        return self

    @property
    def places(self) -> tuple[tuple[str, ...], ...]:
        """Who was chosen, place by place."""
        return tuple((place,) if isinstance(place, str) else place for place in self.chosen)


class ChoiceFile(BaseModel):
    """The content of a file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    choices: Annotated[tuple[Choice, ...], Field(max_length=1_000_000)]

    @model_validator(mode="after")
    def _stand_once(self) -> ChoiceFile:
        first: dict[object, int] = {}
        for row, one in enumerate(self.choices):
            chosen = tuple(frozenset(place) for place in one.places)
            said = (one.posting_id, one.applicant_id, one.decided_by, frozenset(one.shown), chosen)
            if first.setdefault(said, row) != row:
                raise ValueError(f"choices[{first[said]}] and choices[{row}] are the same choice, expected it once")
        return self


def load_choices(path: Path) -> ChoiceFile:
    """Read a file of choices.

    Raises
    ------
    RecordError
        One line that names file and place, never what stands there.
    """
    return load_model(path, ChoiceFile, what="choices")
