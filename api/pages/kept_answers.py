"""Why something stays in a call though it may not, as a form asks it: of each finding mend it, or a closed choice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypeAlias

from fastapi import Request
from pydantic import Field

from api.calls.kept_findings import KEEP_CHOICES, KeptFinding, SentPosting
from api.pages.errors import Fault, FormError
from api.pages.words import Words
from features.posting_quality import MustFix
from features.records import Posting

__all__ = ["Kept", "asked_findings", "kept_choices", "sent_posting", "verify_answered"]

# the key of a finding and a choice; whoever mends it sends nothing
_Answer: TypeAlias = Annotated[str, Field(pattern=rf"^[a-z_]{{1,30}}-[0-9a-f]{{8}}:({'|'.join(KEEP_CHOICES)})$")]
Kept: TypeAlias = Annotated[tuple[_Answer, ...], Field(max_length=200)]


def verify_answered(request: Request, found: Sequence[MustFix], keep: Sequence[str], fault: str) -> None:
    """Draw the form again with the question, where something is neither mended nor answered.

    Raises
    ------
    FormError
        With the key ``fault`` of the words and how many there are.
    """
    answered = {one.partition(":")[0] for one in keep}
    open_ones = [one for one in found if one.key not in answered]
    if open_ones:
        request.state.asked_findings = list(found)  # what the form asks about when it is drawn again
        raise FormError([Fault("keep", (fault,), {"n": len(open_ones)})])


def asked_findings(request: Request) -> Sequence[MustFix]:
    """What the form that was sent is to ask about; nothing before it was sent."""
    found: Sequence[MustFix] = getattr(request.state, "asked_findings", ())
    return found


def kept_choices(words: Words) -> Sequence[tuple[str, str]]:
    """Each choice with its words."""
    return [(one, words(f"posting.keep.{one}")) for one in KEEP_CHOICES]


def sent_posting(posting: Posting, keep: Sequence[str] = ()) -> SentPosting:
    """A call as the API takes it, with the answers of a form."""
    answers = [KeptFinding.model_validate(dict(zip(("key", "choice"), one.split(":"), strict=True))) for one in keep]
    content = posting.model_dump(exclude_unset=True)
    return SentPosting.model_validate(content | ({"kept_findings": answers} if answers else {}))
