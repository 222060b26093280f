"""A kind of document, and the material one is made from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

from api.decisions.schemas import DecisionAnswer
from api.documents.calendar.slots import InterviewSlot
from api.documents.errors import DocumentError
from api.documents.handover.versions import PostingVersion
from api.documents.shapes import Provenance, read_provenance
from api.documents.tax_evidence.members import RegionProof
from api.outcomes.placements import Placement
from api.provenance import provenance
from features.market.scored_market import ScoredMarket
from features.records import Applicant, Application, Posting, Records

__all__ = ["DocumentKind", "Format", "Material", "Need", "Writer", "recorded_people"]

Format: TypeAlias = Literal["xlsx", "pdf", "ics"]
Need: TypeAlias = Literal["posting", "interviews"]


@dataclass(frozen=True, eq=False)
class Material:
    """What documents are made from: records read on a day, and what an office adds to them.

    Attributes
    ----------
    market : ScoredMarket
        Records, the day the rules are asked about, and the weights.
    posting_id, applicant_id : str, optional
        What the document is about; without an applicant it is about everybody whom the kind speaks of.
    names : mapping of applicant id to name
        From the office's own list. Names are in no record; they stand only in the document that was asked for.
    decisions : sequence of DecisionAnswer
        Oldest first.
    deciders : mapping of account id to name
        Officers who took these decisions.
    interviews : sequence of InterviewSlot
    n_members : int
        Members of the panel.
    placements : sequence of Placement
        Who was placed, and what became of them.
    versions : sequence of PostingVersion
        What the posting was, oldest first.
    region_proofs : mapping of application id to RegionProof
    stopped : sequence of Application
        Of people whose use is stopped, who are in none of the records: counted, and told by id alone where somebody
        decided about them.
    within : Records, optional
        The records that may be written about, where not all of the market's.
    among : collection of str, optional
        Codes of the municipalities whose postings are proposed to an applicant, where not everybody's.
    """

    market: ScoredMarket
    posting_id: str | None = None
    applicant_id: str | None = None
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    decisions: tuple[DecisionAnswer, ...] = ()
    deciders: Mapping[str, str] = field(default_factory=dict[str, str])
    interviews: tuple[InterviewSlot, ...] = ()
    n_members: int = 3
    placements: tuple[Placement, ...] = ()
    versions: tuple[PostingVersion, ...] = ()
    region_proofs: Mapping[str, RegionProof] = field(default_factory=dict[str, RegionProof])
    stopped: tuple[Application, ...] = ()
    within: Records | None = None
    among: Collection[str] | None = None

    @property
    def records(self) -> Records:
        """Every record that the document may be about."""
        return self.market.records if self.within is None else self.within

    @cached_property
    def posting(self) -> Posting:
        """The posting the document is about.

        Raises
        ------
        DocumentError
            If none is named, or no record has that id.
        """
        if self.posting_id is None:
            raise DocumentError("no posting is named; name one by its id")
        found = next((one for one in self.records.postings if one.posting_id == self.posting_id), None)
        if found is None:
            raise DocumentError(f"posting {self.posting_id} is in none of the records")
        return found

    def applicant(self, applicant_id: str) -> Applicant:
        """One applicant; :class:`DocumentError` if no record has that id."""
        found = self._applicants.get(applicant_id)
        if found is None:
            raise DocumentError(f"applicant {applicant_id} is in none of the records")
        return found

    @cached_property
    def _applicants(self) -> Mapping[str, Applicant]:
        return {one.applicant_id: one for one in self.records.applicants}

    @cached_property
    def applications(self) -> tuple[Application, ...]:
        """Applications to the posting, ended ones too, in the order of their ids; the named applicant's alone.

        Raises
        ------
        DocumentError
            If nobody applied, or the named applicant did not.
        """
        return self._of_posting(self.records.applications)

    @cached_property
    def decided_stopped(self) -> tuple[Application, ...]:
        """Applications to the posting that were decided about and whose person's use is stopped."""
        decided = {one.application_id for one in self.decisions}
        return tuple(one for one in self.stopped if one.posting_id == self.posting_id and one.application_id in decided)

    @cached_property
    def recorded(self) -> tuple[Application, ...]:
        """:attr:`applications` and :attr:`decided_stopped`, for a record of what was decided."""
        return self._of_posting((*self.records.applications, *self.decided_stopped))

    def _of_posting(self, applications: Sequence[Application]) -> tuple[Application, ...]:
        found = [
            one
            for one in applications
            if one.posting_id == self.posting.posting_id and self.applicant_id in (None, one.applicant_id)
        ]
        if not found:
            who = "nobody has an" if self.applicant_id is None else f"applicant {self.applicant_id} has no"
            raise DocumentError(f"{who} application to posting {self.posting.posting_id} in the records")
        return tuple(sorted(found, key=lambda one: (one.applicant_id, one.application_id)))

    def proof(self, kind: str) -> Mapping[str, object]:
        """Provenance of a document of that kind."""
        options = {"kind": kind, "posting": self.posting_id, "applicant": self.applicant_id}
        return provenance(self.market, operation="document", options=options)

    def origin(self, kind: str) -> Provenance:
        """The same provenance as documents print it."""
        return read_provenance(self.proof(kind))


Writer: TypeAlias = Callable[[Material], bytes]


def recorded_people(material: Material) -> Sequence[str]:
    """Whoever a record of what was decided speaks of."""
    named = material.applicant_id
    stopped = {one.applicant_id for one in material.decided_stopped if named in (None, one.applicant_id)}
    return sorted(stopped.union(_applicants_of(material)))


def _applicants_of(material: Material) -> Sequence[str]:
    """Whoever applied to the posting, the named one alone; without a posting, to any."""
    asked, named = material.posting_id, material.applicant_id
    found = material.records.applications
    return sorted(
        {one.applicant_id for one in found if asked in (None, one.posting_id) and named in (None, one.applicant_id)}
    )


@dataclass(frozen=True, eq=False)
class DocumentKind:
    """A kind of document.

    Attributes
    ----------
    name : str
        As commands and routes call it.
    title : str
        As people call it.
    needs : tuple of Need
        What must be named or given beside the records.
    writers : mapping of Format to Writer
    people : callable
        Ids of the applicants whom it speaks of, for the audit log.
    """

    name: str
    title: str
    needs: tuple[Need, ...]
    writers: Mapping[Format, Writer]
    people: Callable[[Material], Sequence[str]] = _applicants_of

    @property
    def formats(self) -> tuple[Format, ...]:
        """The formats it comes in."""
        return tuple(self.writers)
