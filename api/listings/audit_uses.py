"""What listing a whole register notes in the audit log.

As with a round, an entry does not name ten million people: it says that the register was listed, which is everybody who
was in it at that moment and whose use was not stopped. :mod:`api.own_data.uses` tells it to each of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, cast

from api.audit.entry import Subject, Use, Versions, subject
from api.canonical import code_version, digest_of
from features.records import Posting
from features.weights import Weights

__all__ = ["REGISTER", "listing_stored", "register_listed"]

REGISTER: Final = "register"
"""The id of the subject that stands for everybody who is registered."""


def register_listed(
    n_people: int, postings: Sequence[Posting], weights: Weights, basis: Mapping[str, object]
) -> tuple[Use, Use]:
    """Both sides' lists of everybody are being made: the postings' for selection, the people's own as proposals."""
    people = Subject(kind="listing", ids=(REGISTER,), count=n_people)
    calls = subject("posting", (posting.posting_id for posting in postings))
    inputs = {"postings": digest_of([posting.model_dump(mode="json", exclude_unset=True) for posting in postings])}
    versions = Versions(code=code_version(), weights=weights.digest, rulesets=_rulesets(basis))
    return (
        Use(action="ranked", purpose="selection", on=(people, calls), inputs=inputs, versions=versions),
        Use(action="recommended", purpose="recommendation", on=(people, calls), inputs=inputs, versions=versions),
    )


def listing_stored(number: int, digest: str) -> Use:
    """The lists that were made are stored, in the place of those of before."""
    return Use(
        action="created", purpose="selection", on=(subject("listing", [str(number)]),), outputs={"lists": digest}
    )


def _rulesets(basis: Mapping[str, object]) -> dict[str, str]:
    told = cast("Sequence[Mapping[str, str]]", basis["rulesets"])
    return {ruleset["id"]: ruleset["digest"] for ruleset in told}
