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
from typing import cast

import polars as pl

from api.canonical import digest_of
from api.engines.errors import EngineError
from api.engines.list_run import VERSION
from api.engines.list_task import KINDS
from features.json_files.record_files import load_records
from features.partitions.lists import PartitionLists
from features.records import Posting

__all__ = ["ListFiles"]


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
            If there is none, or one of another version.
        """
        path = self.folder / "lists.json"
        if not path.is_file():
            raise EngineError(
                f"{self.folder} has no lists.json, expected a folder that a run of rank --engine ended in"
            )
        try:
            body: object = json.loads(path.read_bytes())
        except ValueError:
            raise EngineError(f"{path} is not JSON; run rank --engine again") from None
        version = cast("dict[str, object]", body).get("version", 1) if isinstance(body, dict) else None
        if version != VERSION:
            raise EngineError(f"{path} has version {version}, expected {VERSION}; run rank --engine again")
        return cast("dict[str, object]", body)

    @property
    def digest(self) -> str:
        """Digest of all that decided the lists, and of the lists."""
        return digest_of(self.body)

    @property
    def on(self) -> date:
        """The day the lists were made for."""
        return date.fromisoformat(str(self.body["on"]))

    @property
    def list_length(self) -> int:
        """Places of an applicant at most."""
        return cast("Mapping[str, int]", self.body["options"])["per_applicant"]

    @property
    def partitions(self) -> tuple[str, ...]:
        """Names of the partitions' files."""
        return tuple(cast("Mapping[str, str]", cast("Mapping[str, object]", self.body["inputs"])["partitions"]))

    def postings(self) -> tuple[Posting, ...]:
        """The postings that were listed.

        Raises
        ------
        EngineError
            If the file is not the one that was listed.
        """
        path = self.folder / "postings.json"
        self._bytes_of(path.name, str(cast("Mapping[str, object]", self.body["inputs"])["postings"]))
        return load_records(path).postings

    def parts(self, told: Callable[[], None]) -> Iterator[PartitionLists]:
        """The lists of every partition, one after the other; ``told`` is called after each.

        Raises
        ------
        EngineError
            Naming the file that is missing, or is not of this run.
        """
        for name in self.partitions:
            yield PartitionLists(**{kind: self._frame(f"{kind}/{name}") for kind in KINDS})
            told()

    def _frame(self, name: str) -> pl.DataFrame:
        expected = cast("Mapping[str, str]", self.body["files"]).get(name)
        return pl.read_parquet(BytesIO(self._bytes_of(name, expected)))

    def _bytes_of(self, name: str, expected: str | None) -> bytes:
        path = self.folder / name
        if not path.is_file():
            raise EngineError(f"{path} is missing; run rank --engine again")
        content = path.read_bytes()  # read once, so that what is checked is what is used
        if hashlib.sha256(content).hexdigest() != expected:
            raise EngineError(f"{path} is damaged or of another run than lists.json; run rank --engine again")
        return content
