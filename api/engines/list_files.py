"""The lists of one run, read back from their folder: every byte is the one that was written, or nothing is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Annotated, cast

import polars as pl
from pydantic import BaseModel, Field, ValidationError

from api.canonical import digest_of
from api.engines.errors import EngineError
from api.engines.list_run import VERSION
from api.engines.list_task import KINDS
from features.json_files.record_files import parse_records
from features.partitions.lists import PartitionLists
from features.partitions.partition import name_of_lists
from features.records import Posting
from features.rounds.held_places import HeldPlaces

__all__ = ["ListFiles"]


class _Options(BaseModel):
    per_applicant: int = Field(ge=1)


class _Inputs(BaseModel):
    postings: str
    partitions: dict[str, str]


class _Held(BaseModel):
    seats_taken: dict[str, Annotated[int, Field(ge=0)]]
    households: int = Field(ge=0)


class _Said(BaseModel):
    """What a round needs of ``lists.json``."""

    on: date
    options: _Options
    inputs: _Inputs
    held: _Held
    files: dict[str, str]
    code: str
    rulesets: list[object]
    weights: dict[str, object]
    reading: dict[str, object]
    reference: object


@dataclass(frozen=True, eq=False)
class ListFiles:
    """A folder that ``enmusubi rank --engine`` wrote.

    Attributes
    ----------
    folder : Path
    """

    folder: Path

    @cached_property
    def body(self) -> Mapping[str, object]:
        """What ``lists.json`` says.

        Raises
        ------
        EngineError
            If there is none, one of another version, or one that is not as it was written.
        """
        path = self.folder / "lists.json"
        if not path.is_file():
            raise EngineError(
                f"{self.folder} has no lists.json, expected a folder that a run of rank --engine ended in"
            )
        try:
            body: object = json.loads(path.read_bytes())
        except (ValueError, RecursionError):
            raise EngineError(f"{path} is not JSON; run rank --engine again") from None
        version = cast("dict[str, object]", body).get("version", 1) if isinstance(body, dict) else None
        if version != VERSION:
            raise EngineError(f"{path} has version {version}, expected {VERSION}; run rank --engine again")
        said = cast("dict[str, object]", body)
        if said.get("digest") != digest_of({name: value for name, value in said.items() if name != "digest"}):
            raise EngineError(f"{path} is not as a run wrote it; run rank --engine again")
        return said

    @property
    def digest(self) -> str:
        """Digest of all that decided the lists, and of the lists."""
        return cast("str", self.body["digest"])

    @property
    def on(self) -> date:
        """The day the lists were made for."""
        return self._said.on

    @property
    def list_length(self) -> int:
        """Places of an applicant at most."""
        return self._said.options.per_applicant

    @property
    def partitions(self) -> tuple[str, ...]:
        """Names of the partitions' files."""
        return tuple(self._said.inputs.partitions)

    @cached_property
    def _said(self) -> _Said:
        try:
            return _Said.model_validate(self.body)
        except ValidationError as error:
            first = ".".join(map(str, error.errors()[0]["loc"]))
            raise EngineError(
                f"{self.folder / 'lists.json'} has no {first} as a run writes it; run rank --engine again"
            ) from None

    def postings(self) -> tuple[Posting, ...]:
        """The postings that were listed.

        Raises
        ------
        EngineError
            If the file is not the one that was listed.
        """
        content = self._bytes_of("postings.json", self._said.inputs.postings)
        return parse_records(content.decode(), place="postings.json").postings

    def held(self) -> HeldPlaces:
        """Who held a place when the lists were made, and the seats that takes.

        Raises
        ------
        EngineError
            If the file is missing or not of this run.
        """
        accepted = frozenset(self._frame("accepted.parquet")["applicant_id"])
        return HeldPlaces(accepted, self._said.held.seats_taken, self._said.held.households)

    def parts(self, told: Callable[[], None]) -> Iterator[PartitionLists]:
        """The lists of every partition, one after the other; ``told`` is called after each.

        Raises
        ------
        EngineError
            Naming the file that is missing, or is not of this run.
        """
        for name in self.partitions:
            yield PartitionLists(**{kind: self._frame(f"{kind}/{name_of_lists(name)}") for kind in KINDS})
            told()

    def _frame(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(BytesIO(self._bytes_of(name, self._said.files.get(name))))

    def _bytes_of(self, name: str, expected: str | None) -> bytes:
        path = self.folder / name
        if not path.is_file():
            raise EngineError(f"{path} is missing; run rank --engine again")
        content = path.read_bytes()  # read once, so that what is checked is what is used
        if hashlib.sha256(content).hexdigest() != expected:
            raise EngineError(f"{path} is damaged or of another run than lists.json; run rank --engine again")
        return content
