"""The problem document of a job that cannot be done, the same as a route would answer with."""

from __future__ import annotations

from typing import Final

from pydantic import JsonValue

from api.http.errors import ApiError
from api.http.problem_documents import Problem
from api.storage.errors import StorageError
from features.errors import FeatureError
from features.what_ifs.errors import LimitsError
from matching.errors import CertificateError, InfeasibleError, MatchingError, OutcomeError

__all__ = ["FAILURES", "failure_of"]

# what a job may end with by itself; anything else ends the worker, and the job is begun anew
FAILURES: Final = (ApiError, FeatureError, MatchingError, StorageError)


def failure_of(error: Exception) -> dict[str, JsonValue]:
    """The problem document of one of :data:`FAILURES`.

    Examples
    --------
    >>> failure_of(FeatureError("the records hold no application"))["status"]
    422
    """
    status, kind, title = _told_as(error)
    detail = error.detail if isinstance(error, ApiError) else str(error)
    problem = Problem(type=f"urn:enmusubi:problem:{kind}", title=title, status=status, detail=detail)
    return problem.model_dump(mode="json", exclude={"errors"})


def _told_as(error: Exception) -> tuple[int, str, str]:
    if isinstance(error, ApiError):
        return error.status, error.kind, error.title
    if isinstance(error, (OutcomeError, CertificateError)):
        return 500, "unproven", "The result failed its own check and was not stored"
    if isinstance(error, StorageError):
        return 500, "damaged-record", "What is stored cannot be read as it was"
    if isinstance(error, (InfeasibleError, LimitsError)):
        return 422, "infeasible", "Not all of it can be kept at once"
    return 422, "refused", "The request cannot be answered as it stands"
