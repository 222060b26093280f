"""One rule file: a programme in one fiscal year (or a revision inside it), read and verified.

A rule names one of a small closed set of forms (:mod:`features.rules.forms`), the form's parameters, and for each
state the form can find a verdict and a sentence. Python knows the forms; every value, year and wording is in the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr, model_validator

from features.day_words import part_of_date_ja
from features.rules.region_table import RegionTable
from features.rules.verdicts import Verdict

__all__ = [
    "MUST_HAVE",
    "Amount",
    "Category",
    "Kind",
    "Outcome",
    "Parameter",
    "Rule",
    "Ruleset",
    "RulesetFile",
    "Source",
]

MUST_HAVE: Final = "must_have"
"""The programme of rule files that say what a posting asks for, whatever its programme."""

Kind: TypeAlias = Literal["region", "licence", "language", "employer", "program", "subtype", "days", "term"]
Confidence: TypeAlias = Literal["H", "M", "L", "U"]
# strict, so that a list of codes written as texts stays one
Parameter: TypeAlias = StrictBool | StrictInt | StrictFloat | StrictStr | tuple[StrictInt, ...] | tuple[StrictStr, ...]
RulesetId: TypeAlias = Annotated[str, Field(pattern=r"^(kyoryokutai|kigyojin|must_have)/[a-z0-9][a-z0-9_-]*$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Source(_Part):
    """Where a rule or an amount stands; ``date`` is a day, or a year or month where no more is known."""

    title: Annotated[str, Field(min_length=1)]
    clause: str = ""
    date: date | str

    def __str__(self) -> str:
        return " ".join(part for part in (self.title, self.clause) if part) + f"（{part_of_date_ja(self.date)}）"


class Outcome(_Part):
    """What one state of a rule means.

    Attributes
    ----------
    verdict, sentence : str
    rule_id : str, optional
        Where this state rests on another rule than the one it stands in.
    limited : bool
        Covered up to a limit, which is worth telling.
    noted : bool
        Covered although a fact is missing, which is noted as an open point.
    """

    verdict: Verdict
    sentence: Annotated[str, Field(min_length=1)]
    rule_id: str | None = None
    limited: bool = False
    noted: bool = False

    @model_validator(mode="after")
    def _covered_if_marked(self) -> Outcome:
        if (self.limited or self.noted) and self.verdict != "covered":
            raise ValueError(f"an outcome marked limited or noted has verdict {self.verdict}, expected covered")
        return self


class Rule(_Part):
    """One rule of a file.

    Attributes
    ----------
    subtypes : tuple of str
        起業人 types the rule belongs to; empty = all.
    alternative : str
        Rules that share this name are alternatives: the best of them counts.
    deciding : bool
        Tells why a fully covered pair is covered.
    unconfirmed : bool
        Nobody has confirmed the values: parameters may be absent, and what would need them is ``needs_review``.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    label: str
    kind: Kind
    form: str
    source: Source
    confidence: Confidence
    unit: Annotated[str, Field(min_length=1)]
    subtypes: tuple[Literal["dispatch", "sidejob", "senior"], ...] = ()
    alternative: str = ""
    deciding: bool = False
    unconfirmed: bool = False
    parameters: dict[str, Parameter] = {}
    outcomes: dict[str, Outcome]


class Amount(_Part):
    """Money or time that is covered at most: confirmed ``values``, and names of figures nobody has ``unconfirmed``.

    Of what lies within it the share ``rate`` (措置率) counts; ``None`` where the source names none.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    label: str
    source: Source
    confidence: Confidence
    unit: Annotated[str, Field(min_length=1)]
    subtypes: tuple[Literal["dispatch", "sidejob", "senior"], ...] = ()
    rate: Annotated[float, Field(gt=0, le=1)] | None = None
    values: dict[str, Annotated[int, Field(ge=0)]] = {}
    unconfirmed: tuple[str, ...] = ()

    def limits(self) -> dict[str, int | None]:
        """Every figure by name, ``None`` where unconfirmed."""
        return {**self.values, **dict.fromkeys(self.unconfirmed)}


class Category(_Part):
    """One category of the 地域要件確認表."""

    id: Annotated[int, Field(ge=1, le=99)]
    label: str
    metro: bool
    kind: Literal["U", "A", "P"]
    designated: bool


class RegionTableFile(_Part):
    """The ministry's table: two CSV files and the meaning of its categories."""

    title: str
    as_of: date
    matrix: Annotated[str, Field(pattern=r"^[\w.-]+\.csv$")]
    categories: Annotated[str, Field(pattern=r"^[\w.-]+\.csv$")]
    category: Annotated[tuple[Category, ...], Field(min_length=1)]


class RulesetFile(_Part):
    """A rule file as it is written."""

    id: RulesetId
    title: str
    valid_from: date
    valid_to: date | None = None
    as_of: date
    subtypes: tuple[Literal["dispatch", "sidejob", "senior"], ...] = ()
    region_table: RegionTableFile | None = None
    amount: tuple[Amount, ...] = ()
    rule: Annotated[tuple[Rule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _dates_fit(self) -> RulesetFile:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to is {self.valid_to}, expected a day from valid_from {self.valid_from} on")
        return self

    @property
    def program(self) -> str:
        """``kyoryokutai``, ``kigyojin`` or ``must_have``."""
        return PurePosixPath(self.id).parts[0]


class Ruleset(RulesetFile):
    """A rule file with its region table read.

    Attributes
    ----------
    origin : str
        ``shipped`` or ``added``.
    text_digest : str
        SHA-256 of the file's text.
    regions : RegionTable or None
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    origin: Literal["shipped", "added"] = "shipped"
    text_digest: str
    regions: RegionTable | None = None

    @property
    def digest(self) -> str:
        """SHA-256 over the file and its tables: what decides a verdict."""
        parts = (self.text_digest, "" if self.regions is None else self.regions.digest)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @property
    def category_label(self) -> Mapping[int, str]:
        """The words of each category."""
        return {} if self.region_table is None else {c.id: c.label for c in self.region_table.category}

    def covers(self, on: date) -> bool:
        """Whether the file speaks about that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
