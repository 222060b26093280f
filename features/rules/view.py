"""What a rule's form reads: the columns of both sides on one day, and the region table of one rule file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import cast

import polars as pl

from features.rules.region_table import RegionTable
from features.rules.ruleset import Ruleset
from features.tables import ApplicantTable, PostingTable

__all__ = ["Columns", "View"]


_APPOINTMENT_MONTHS = 12  # kyo-term-min-12m


@dataclass(frozen=True, eq=False)
class Columns:
    """Columns of one side as lists, each converted once."""

    frames: tuple[pl.DataFrame, ...]

    @cached_property
    def _lists(self) -> dict[str, object]:
        return {}

    def texts(self, column: str) -> Sequence[str | None]:
        """A column of text."""
        return cast("Sequence[str | None]", self._list(column))

    def integers(self, column: str) -> Sequence[int | None]:
        """A column of whole numbers."""
        return cast("Sequence[int | None]", self._list(column))

    def numbers(self, column: str) -> Sequence[float | None]:
        """A column of numbers."""
        return cast("Sequence[float | None]", self._list(column))

    def flags(self, column: str) -> Sequence[bool | None]:
        """A column of yes and no."""
        return cast("Sequence[bool | None]", self._list(column))

    def days(self, column: str) -> Sequence[date | None]:
        """A column of dates."""
        return cast("Sequence[date | None]", self._list(column))

    def lists(self, column: str) -> Sequence[Sequence[str] | None]:
        """A column of lists of text."""
        return cast("Sequence[Sequence[str] | None]", self._list(column))

    def languages(self, column: str) -> Sequence[Sequence[Mapping[str, str]] | None]:
        """A column of lists of languages, each with ``code`` and ``cefr``."""
        return cast("Sequence[Sequence[Mapping[str, str]] | None]", self._list(column))

    def _list(self, column: str) -> object:
        # the schema of the tables fixes what a column holds; polars itself hands out untyped lists
        if column not in self._lists:
            frame = next(frame for frame in self.frames if column in frame.columns)
            self._lists[column] = frame[column].to_list()
        return self._lists[column]


@dataclass(frozen=True, eq=False)
class View:
    """Both sides as one rule file sees them.

    Attributes
    ----------
    applicants, postings : Columns
    n_applicants, n_postings : int
    on : date
    appointed : bool
        The question is about people who are already appointed, not about applicants.
    ruleset : Ruleset
    """

    applicants: Columns
    postings: Columns
    n_applicants: int
    n_postings: int
    on: date
    appointed: bool
    ruleset: Ruleset

    @property
    def regions(self) -> RegionTable:
        """The region table; a file whose rules need one has one (verified on loading)."""
        if self.ruleset.regions is None:
            raise LookupError(f"ruleset {self.ruleset.id} has no region table")
        return self.ruleset.regions

    @cached_property
    def origin_codes(self) -> Sequence[str | None]:
        """Code of each applicant's 住民票."""
        return self.applicants.texts("origin_code")

    @cached_property
    def destination_codes(self) -> Sequence[str]:
        """Code of each posting's municipality."""
        return [code or "" for code in self.postings.texts("municipality_code")]

    @cached_property
    def trials(self) -> Sequence[str]:
        """``otameshi`` or ``intern`` where a posting *is* a try-out, else ``none``.

        A call with a contract, a monthly pay or a term of a year and more is an appointment that offers a try-out on
        the way, and the rules of appointments hold for it.
        """
        columns = (self.postings.texts("contract_type"), self.postings.integers("monthly_pay_yen"))
        terms = self.postings.integers("term_months")
        return [
            trial
            if trial and contract is None and pay is None and (term is None or term < _APPOINTMENT_MONTHS)
            else "none"
            for trial, contract, pay, term in zip(self.postings.texts("trial"), *columns, terms, strict=True)
        ]

    @cached_property
    def serving_here(self) -> Sequence[bool]:
        """Whether an applicant who is registered in a posting's municipality is a serving member there.

        Months served by a former member were served elsewhere or before, so they do not count.
        """
        months, kinds = self.applicants.integers("months_served"), self.applicants.texts("exception_kind")
        return [
            self.appointed or (bool(served) and kind != "former_member")
            for served, kind in zip(months, kinds, strict=True)
        ]

    def category(self, code: str | None) -> int | None:
        """The category of a code; ``None`` for a prefecture, an unknown code and no code."""
        return None if code is None else self.regions.category_of.get(code)

    def amount(self, name: str, subtypes: Sequence[str]) -> int | None:
        """A figure of the file for a rule of these types; ``None`` where it is unconfirmed."""
        fitting = [amount for amount in self.ruleset.amount if set(subtypes) <= set(amount.subtypes or subtypes)]
        found = [amount.limits()[name] for amount in fitting if name in amount.limits()]
        return found[0] if found else None

    @classmethod
    def of(
        cls, applicants: ApplicantTable, postings: PostingTable, ruleset: Ruleset, *, on: date, appointed: bool
    ) -> View:
        """A view of two tables."""
        left = Columns((applicants.eligibility.frame, applicants.selection.frame))
        return cls(left, Columns((postings.frame,)), len(applicants), len(postings), on, appointed, ruleset)
