"""What a rule's form reads: the columns of both sides on one day, and the region table of one rule file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from features.rules.region_table import RegionTable
from features.rules.ruleset import Ruleset
from features.tables import ApplicantTable, PostingTable
from features.tables.columns import Columns

__all__ = ["UNJUDGED", "View"]

UNJUDGED: Final = ("motivation_text", "plan_text")
"""What an applicant writes freely: no rule reads it, so no verdict changes with it."""
_APPOINTMENT_MONTHS = 12  # kyo-term-min-12m


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
        if self.ruleset.regions is None:  # pragma: no cover - such a file is refused on loading
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
        left, right = applicants.columns, postings.columns
        return cls(left, right, len(applicants), len(postings), on, appointed, ruleset)
