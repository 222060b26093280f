"""What a term is: a named, sourced way to compare one applicant with one posting.

Two types keep the profiles apart. A ``SelectionTerm`` reads only what a coordinator may rank on; a ``PrivateTerm``
also reads eligibility and private wishes and can be built into the applicant's own score only: the coordinator's
scorer accepts no other type than ``SelectionTerm``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from features.tables import ApplicantTable, PostingTable, SelectionColumns
from features.terms.factor import Factor

__all__ = ["Audience", "Finding", "PrivateTerm", "SelectionTerm", "Term", "Theme"]

Audience: TypeAlias = Literal["coordinator", "applicant"]
Theme: TypeAlias = Literal["mission", "place"]


@dataclass(frozen=True)
class Finding:
    """What a term found in one pair, in plain Japanese.

    Attributes
    ----------
    kind : "reason", "gap" or "unknown"
        Why it fits, what is missing, or what nobody said.
    sentence : str
        One sentence a coordinator can say aloud; no score, no judgement of the person.
    applicant_phrase, posting_phrase : str or None
        The words in each record that carry it, exactly as written there.
    amount : float or None
        How much of the term's weight the finding stands for, 0 to 1, where that is not the whole contribution (a
        nearness that is one half for texts about nothing in common); it orders the sentences.
    """

    kind: Literal["reason", "gap", "unknown"]
    sentence: str
    applicant_phrase: str | None = None
    posting_phrase: str | None = None
    amount: float | None = None


@dataclass(frozen=True)
class _Described:
    name: str
    title: str
    theme: Theme
    data_class: str
    evidence: str
    question: str


@dataclass(frozen=True)
class SelectionTerm(_Described):
    """A term that reads the selection profile only.

    Attributes
    ----------
    name, title : str
        Key in weights and JSON; Japanese title.
    theme : "mission" or "place"
        Which side of the applicant's slider (``place_weight``) scales it.
    data_class : str
        Data class of what it reads (P2, P3, P4, posting).
    evidence : str
        Why this predicts a good placement, with its source.
    question : str
        What to ask when the term is unknown, in Japanese, said to the score's reader.
    own_question : str or None
        The same question said to the applicant, where a coordinator reads the term too.
    audiences : tuple of Audience
        Whose score it may enter.
    build : callable
        Columns → :data:`Factor`.
    find : callable
        ``(selection columns, i, postings, j) → Finding | None``: what to say about one pair.
    rows_stand_alone : bool
        Whether an applicant's row is the same whatever the postings are.
    """

    audiences: tuple[Audience, ...]
    build: Callable[[SelectionColumns, PostingTable], Factor]
    find: Callable[[SelectionColumns, int, PostingTable, int], Finding | None]
    own_question: str | None = None
    rows_stand_alone: bool = False

    def question_for(self, audience: Audience) -> str:
        """What to ask, said to the one who reads the score."""
        return (self.own_question if audience == "applicant" else None) or self.question


@dataclass(frozen=True)
class PrivateTerm(_Described):
    """A term that reads eligibility or private columns: for the applicant's own score only."""

    build: Callable[[ApplicantTable, PostingTable], Factor]
    find: Callable[[ApplicantTable, int, PostingTable, int], Finding | None]

    def question_for(self, audience: Audience) -> str:  # noqa: ARG002 -- only the applicant reads it
        """What to ask the applicant."""
        return self.question

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """Whose score it may enter: the applicant's."""
        return ("applicant",)


Term: TypeAlias = SelectionTerm | PrivateTerm
