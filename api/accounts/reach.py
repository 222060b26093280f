"""Which records a caller reaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

__all__ = ["EVERYTHING", "PUBLISHED", "Reach", "Rerouting"]


@dataclass(frozen=True)
class Rerouting:
    """Whom applicants' own consents open to a caller: nobody else, and no application of theirs.

    Attributes
    ----------
    to : frozenset of str
        Codes that name the caller in a consent (:class:`api.rerouting.tables.ReroutingTargetRow`).
    by : frozenset of str, optional
        Municipalities that may introduce whom they entered; ``None``: the whole service may introduce everybody.
    on : date
        The day on which consents must stand.
    """

    to: frozenset[str]
    by: frozenset[str] | None
    on: date


@dataclass(frozen=True)
class Reach:
    """Which records there are for a caller.

    Attributes
    ----------
    applicant_id : str, optional
        Only this applicant's record and applications, and postings that are published.
    municipalities : frozenset of str, optional
        Only these municipalities' postings, applications to them, and who applied or was entered there.
    published : bool
        Only postings that are published; no condition on anything else.
    applied_by : str, optional
        And those to which this applicant has applied, whatever became of them.
    pseudonym_key : str, optional
        Answers are pseudonymised with it.
    rerouting : Rerouting, optional
        Only applicants who consented to be shown here; ``municipalities`` is then empty.
    board : frozenset of str, optional
        Recommendations name these municipalities' postings only; ``None``: everybody's.
    conflicts_of : str, optional
        The account whose declared conflicts of interest close postings to it.
    today : date, optional
        The day in Japan after whose beginning a posting with an earlier deadline is published no more.
    """

    applicant_id: str | None = None
    municipalities: frozenset[str] | None = None
    published: bool = False
    applied_by: str | None = None
    pseudonym_key: str | None = None
    rerouting: Rerouting | None = None
    board: frozenset[str] | None = None
    conflicts_of: str | None = None
    today: date | None = None

    @property
    def is_partial(self) -> bool:
        """Whether some records are out of reach."""
        return self.published or self.applicant_id is not None or self.municipalities is not None


EVERYTHING: Final = Reach()
PUBLISHED: Final = Reach(published=True)
