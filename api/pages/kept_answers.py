"""Why something stays in a call though it may not, as a form asks it: of each finding mend it, or a closed choice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypeAlias

from fastapi import Request
from pydantic import Field
from sqlmodel import Session
from starlette.responses import Response

from api.audit.trail import Trail
from api.calls.kept_findings import KEEP_CHOICES, KeptFinding, SentPosting, new_findings
from api.pages.errors import Fault, FormError
from api.pages.words import Words
from api.routes import postings as api_postings
from features.posting_quality import MustFix
from features.records import Posting

__all__ = ["Kept", "asked_findings", "kept_choices", "replace_answered", "sent_posting"]

# the key of a finding and a choice; whoever mends it sends nothing
_Answer: TypeAlias = Annotated[str, Field(pattern=rf"^[a-z_]{{1,30}}-[0-9a-f]{{8}}:({'|'.join(KEEP_CHOICES)})$")]
Kept: TypeAlias = Annotated[tuple[_Answer, ...], Field(max_length=200)]


def asked_findings(request: Request) -> Sequence[MustFix]:
    """What the form that was sent is to ask about; nothing before it was sent."""
    found: Sequence[MustFix] = getattr(request.state, "asked_findings", ())
    return found


def kept_choices(words: Words) -> Sequence[tuple[str, str]]:
    """Each choice with its words."""
    return [(one, words(f"posting.keep.{one}")) for one in KEEP_CHOICES]


def replace_answered(
    *,
    request: Request,
    session: Session,
    audit: Trail,
    stored: Posting,
    revised: Posting,
    keep: Sequence[str],
    etag: str,
    fault: str,
) -> None:
    """Replace a stored call; what came to stand in it and may not is mended first, or answered.

    Parameters
    ----------
    stored, revised : Posting
    keep : sequence of str
        The answers of the form.
    etag : str
        Of the call that was looked at.
    fault : str
        Key of the words that ask for the rest.

    Raises
    ------
    FormError
        Where something is neither mended nor answered: the form is drawn again with the question.
    """
    _verify_answered(request, new_findings(revised, stored=stored), keep, fault)
    api_postings.replace_posting(
        request=request,
        session=session,
        audit=audit,
        posting_id=stored.posting_id,
        posting=sent_posting(revised, keep),
        response=Response(),
        expected=[etag],
    )


def sent_posting(posting: Posting, keep: Sequence[str] = ()) -> SentPosting:
    """A call as the API takes it, with the answers of a form."""
    answers = [KeptFinding.model_validate(dict(zip(("key", "choice"), one.split(":"), strict=True))) for one in keep]
    content = posting.model_dump(exclude_unset=True)
    return SentPosting.model_validate(content | ({"kept_findings": answers} if answers else {}))


def _verify_answered(request: Request, found: Sequence[MustFix], keep: Sequence[str], fault: str) -> None:
    answered = {one.partition(":")[0] for one in keep}
    open_ones = [one for one in found if one.key not in answered]
    if open_ones:
        request.state.asked_findings = list(found)  # what the form asks about when it is drawn again
        raise FormError([Fault("keep", (fault,), {"n": len(open_ones)})])
