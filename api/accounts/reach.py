"""Which records a caller reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["EVERYTHING", "PUBLISHED", "Reach"]


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
    pseudonym_key : str, optional
        Answers are pseudonymised with it.
    """

    applicant_id: str | None = None
    municipalities: frozenset[str] | None = None
    published: bool = False
    pseudonym_key: str | None = None

    @property
    def is_partial(self) -> bool:
        """Whether some records are out of reach."""
        return self.published or self.applicant_id is not None or self.municipalities is not None


EVERYTHING: Final = Reach()
PUBLISHED: Final = Reach(published=True)
