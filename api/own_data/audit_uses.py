"""What people's rights note in the audit log: ids, never what was shown or erased."""

from __future__ import annotations

from api.audit.entry import Use, subject
from api.audit.vocabulary import Action
from api.own_data.erasure_requests import Erasure

__all__ = ["erased", "rights_used"]


def rights_used(action: Action, applicant_id: str) -> Use:
    """A person used a right, or somebody did for them.

    Examples
    --------
    >>> rights_used("exported", "a1").purpose
    'rights'
    """
    return Use(action=action, purpose="rights", on=(subject("applicant", [applicant_id]),))


def erased(applicant_id: str, done: Erasure) -> Use:
    """A person was erased with the applications, or it was decided that it waits."""
    if done.certificate is None:
        return rights_used("decided", applicant_id)
    on = [subject("applicant", [applicant_id])]
    if done.applications:
        on.append(subject("application", done.applications))
    return Use(action="deleted", purpose="rights", on=tuple(on), outputs={"certificate": done.certificate})
