"""One sentence said to an applicant about a place."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Remark"]


@dataclass(frozen=True)
class Remark:
    """One sentence with the words it rests on.

    Attributes
    ----------
    topic : str
        The term it comes from, or what of the posting it is about (``host``, ``mission``, ``clash``, ``unsaid``).
    sentence : str
    applicant_phrase, posting_phrase : str or None
        Words of each record, exactly as written there.
    question : str or None
        What to ask the town; only where something may go wrong.
    """

    topic: str
    sentence: str
    applicant_phrase: str | None = None
    posting_phrase: str | None = None
    question: str | None = None
