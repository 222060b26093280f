"""The states of a job, and the words for what may happen to a job of any kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

__all__ = ["ENDED", "HELD", "WORDS", "JobState"]

JobState: TypeAlias = Literal["queued", "running", "cancelling", "done", "failed", "cancelled"]
HELD: Final[tuple[JobState, ...]] = ("running", "cancelling")  # a worker has the lease
ENDED: Final[tuple[JobState, ...]] = ("done", "failed", "cancelled")  # nothing leads out of these

WORDS: Final[Mapping[str, str]] = {
    "queued": "順番を待っています",
    "resumed": "作業が途切れたので、最初からやり直します",
    "handed_back": "作業を止め、順番待ちに戻しました",
    "cancelling": "取り消しを受け付けました",
    "done": "終わりました",
    "failed": "できませんでした",
    "cancelled": "取り消しました",
}
