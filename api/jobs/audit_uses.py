"""What is noted in the audit log about jobs themselves; what a job does is noted when it ends."""

from __future__ import annotations

from api.audit.entry import Use, subject

__all__ = ["job_cancelled"]


def job_cancelled(job_id: str) -> Use:
    """Somebody asked for the end of a job."""
    return Use(action="changed", purpose="operation", on=(subject("job", [job_id]),))
