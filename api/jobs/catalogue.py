"""Every kind of job this service can do: one line a kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from api.imports.commit_job import COMMIT_JOB
from api.imports.preview_job import PREVIEW_JOB
from api.jobs.kinds import JobKind
from api.runs.round_job import ROUND_JOB
from api.runs.verification_job import VERIFICATION_JOB
from api.what_ifs.job import WHAT_IF_JOB

__all__ = ["JOB_KINDS"]

JOB_KINDS: Final[Mapping[str, JobKind[Any]]] = {
    kind.name: kind for kind in (ROUND_JOB, VERIFICATION_JOB, WHAT_IF_JOB, PREVIEW_JOB, COMMIT_JOB)
}
