"""What may not stay in a call and does: asked of whoever publishes it, finding by finding, and written down.

A draft may hold anything. A call that is open, or is to be, holds nothing that must be mended, unless somebody says of
each finding by a closed choice why it stays; what an open call holds already is not asked about again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, get_args

from pydantic import BaseModel, ConfigDict, Field

from api.audit.entry import Kept
from api.audit.vocabulary import KeepChoice
from api.http.errors import FindingsError
from features.posting_quality import MustFix, must_fix_in
from features.records import Posting

__all__ = ["KEEP_CHOICES", "KeptFinding", "SentPosting", "kept_in", "new_findings"]

KEEP_CHOICES: Final[tuple[KeepChoice, ...]] = get_args(KeepChoice)
_MOST: Final = 200


class KeptFinding(BaseModel):
    """One finding that stays, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    key: Annotated[str, Field(pattern=r"^[a-z_]{1,30}-[0-9a-f]{8}$", description="As the sheet or a refusal names it.")]
    choice: KeepChoice


class SentPosting(Posting):
    """A posting as it is sent: with what stays in it though it may not, which is stored in the audit log alone."""

    kept_findings: Annotated[
        tuple[KeptFinding, ...],
        Field(max_length=_MOST, description="Of an open call: which findings of must_fix stay, and why."),
    ] = ()

    def as_posting(self) -> Posting:
        """The record to store; what was not sent stays unset."""
        return Posting.model_validate(self.model_dump(exclude={"kept_findings"}, exclude_unset=True))


def new_findings(posting: Posting, *, stored: Posting | None = None) -> tuple[MustFix, ...]:
    """What must be mended, or answered, before a call stands as it is: nothing in a draft or a closed one.

    Parameters
    ----------
    posting : Posting
        As it is to stand.
    stored : Posting, optional
        As it stands; what it holds while it is open is not new.
    """
    if posting.state != "open":
        return ()
    known = {one.key for one in must_fix_in(stored)} if stored is not None and stored.state == "open" else set[str]()
    found = {one.key: one for one in must_fix_in(posting)}
    return tuple(one for key, one in found.items() if key not in known)


def kept_in(posting: Posting, answers: Sequence[KeptFinding], *, stored: Posting | None = None) -> tuple[Kept, ...]:
    """What stays in a call and why; answers about anything else say nothing.

    Raises
    ------
    FindingsError
        If something must be mended and no answer is about it.
    """
    found = new_findings(posting, stored=stored)
    choices: Mapping[str, KeepChoice] = {one.key: one.choice for one in answers}
    unanswered = {one.key: one.title for one in found if one.key not in choices}
    if unanswered:
        raise FindingsError(posting.posting_id, unanswered, KEEP_CHOICES)
    return tuple(Kept(finding=one.item, choice=choices[one.key]) for one in found)
