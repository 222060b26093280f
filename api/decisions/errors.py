"""Errors of decisions, seats and calls; :mod:`api.http.problems` answers them as it answers every other.

::

    ApiError
    ├── StaleDecisionError     409  the application was decided about since it was read
    ├── NoSuchStepError        409  the table of states has no such step
    ├── CorrectionError        409  only the last decision can be corrected
    ├── SeatsError             409  more seats are taken than there would be
    ├── HoldsPlaceError        409  the person has accepted another call
    ├── PastDeadlineError      409  an open call would have a deadline that is past
    ├── StatusError            409  a status changes by a decision and in no other way
    ├── DecidedError           409  what was decided about stays what it is
    ├── MovedError             409  an application stays with its applicant and posting
    ├── UseStoppedError        409  nobody would see an application of somebody whose use is stopped
    ├── RankTakenError         409  two applications of one person would have the same rank
    ├── PostingMoveError       409  a posting does not move from its state to that one
    ├── NotOpenError           409  a posting takes no applications
    └── ReasonNeededError      422  a step that needs a reason in words has none

A message names ids, states and numbers, never a reason that somebody wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from api.http.errors import ApiError

__all__ = [
    "CorrectionError",
    "DecidedError",
    "HoldsPlaceError",
    "MovedError",
    "NoSuchStepError",
    "NotOpenError",
    "PastDeadlineError",
    "PostingMoveError",
    "RankTakenError",
    "ReasonNeededError",
    "SeatsError",
    "StaleDecisionError",
    "StatusError",
    "UseStoppedError",
]


class StaleDecisionError(ApiError):
    """The application was decided about since it was read."""

    status, kind, title = 409, "stale-decision", "ほかの担当者が先に記録しました"

    def __init__(self, application_id: str, *, sent: str | None, last: str | None) -> None:
        fault = f"is {sent or 'null'}, the last decision is {last or 'null'}; read it again"
        super().__init__(f"application {application_id}: after {fault}", faults={"body.after": fault})


class NoSuchStepError(ApiError):
    """The table of states has no such step."""

    status, kind, title = 409, "no-such-step", "その段階には進めません"

    def __init__(self, application_id: str, *, begin: str, end: str, possible: Sequence[str]) -> None:
        after = f"after {begin} comes {', '.join(possible) or 'nothing'}"
        super().__init__(f"application {application_id} is {begin}, which does not lead to {end}; {after}")


class CorrectionError(ApiError):
    """Only the last decision can be corrected."""

    status, kind, title = 409, "correction", "訂正できるのは最後の記録だけです"

    def __init__(self, application_id: str, *, last: str | None) -> None:
        super().__init__(f"application {application_id}: corrects is not the last decision, which is {last or 'null'}")


class SeatsError(ApiError):
    """More seats are taken than there would be."""

    status, kind, title = 409, "seats", "席が足りません"


class HoldsPlaceError(ApiError):
    """The person has accepted another call, whose term is not over; ``other`` is named where it is within reach."""

    status, kind, title = 409, "holds-place", "ほかの募集を承諾しています"

    def __init__(self, application_id: str, *, other: str | None) -> None:
        held = "an application out of reach" if other is None else f"application {other}"
        way_out = "withdraw that one first, or record that the person left it; the offer stands meanwhile"
        super().__init__(f"application {application_id}: the person holds a place by {held}; {way_out}")


class PastDeadlineError(ApiError):
    """An open call would have a deadline that is past."""

    status, kind, title = 409, "past-deadline", "締切がもう過ぎています"

    def __init__(self, posting_id: str, *, deadline: date, on: date) -> None:
        fault = f"is {deadline.isoformat()}, expected {on.isoformat()} or later; or close the call"
        super().__init__(f"posting {posting_id}: deadline {fault}", faults={"body.deadline": fault})


class StatusError(ApiError):
    """A status changes by a decision and in no other way."""

    status, kind, title = 409, "status-by-decision", "状態は決定の記録で変わります"

    def __init__(self, application_id: str) -> None:
        detail = "status changes by POST /api/v1/decisions alone; leave it out here"
        super().__init__(f"application {application_id}: {detail}", faults={"body.status": detail})


class DecidedError(ApiError):
    """What was decided about stays what it is."""

    status, kind, title = 409, "decided", "決定の記録があります"


class MovedError(ApiError):
    """An application stays with its applicant and posting."""

    status, kind, title = 409, "application-moved", "応募した人と募集は変えられません"

    def __init__(self, application_id: str, key: str) -> None:
        fault = "is another one; withdraw or remove the application and enter a new one"
        super().__init__(f"application {application_id}: {key} {fault}", faults={f"body.{key}": fault})


class UseStoppedError(ApiError):
    """Nobody would see an application of somebody whose use is stopped."""

    status, kind, title = 409, "use-stopped", "登録の利用を停止しています"

    def __init__(self, application_id: str) -> None:
        fault = "is somebody whose use is stopped, whom no list would show; end the stop first"
        super().__init__(f"application {application_id}: applicant_id {fault}")


class RankTakenError(ApiError):
    """Two applications of one person would have the same rank."""

    status, kind, title = 409, "wish-rank-taken", "同じ順位の応募があります"

    def __init__(self, application_id: str, *, other: str) -> None:
        fault = f"is that of application {other}; change the rank of that one first, or choose another"
        super().__init__(f"application {application_id}: wish_rank {fault}", faults={"body.wish_rank": fault})


class PostingMoveError(ApiError):
    """A posting does not move from its state to that one."""

    status, kind, title = 409, "posting-move", "募集の状態をそのようには変えられません"

    def __init__(self, posting_id: str, *, begin: str, end: str, possible: Sequence[str]) -> None:
        fault = f"is {end}, the stored posting is {begin}, after which comes {' or '.join(possible)}"
        super().__init__(f"posting {posting_id}: state {fault}", faults={"body.state": fault})


class NotOpenError(ApiError):
    """A posting takes no applications."""

    status, kind, title = 409, "not-open", "応募を受け付けていません"

    def __init__(self, posting_id: str, reason: str) -> None:
        paper = "a municipality may enter a paper that came in before, with its received_at"
        super().__init__(f"posting {posting_id} {reason}; {paper}")


class ReasonNeededError(ApiError):
    """A step that needs a reason in words has none."""

    status, kind, title = 422, "reason-needed", "理由を書いてください"

    def __init__(self, application_id: str, *, because: Sequence[str]) -> None:
        fault = f"missing, expected a reason in words: {', '.join(because)}"
        super().__init__(f"application {application_id}: reason {fault}", faults={"body.reason": fault})
