"""A job is one worker's at a time, on both databases, whatever becomes of the worker."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from api.http.errors import UnknownIdError
from api.jobs.errors import JobCancelledError, JobEndedError, LeaseLostError
from api.jobs.leases import MOST_LOSSES, Lease, beat, end, hand_back, held, leave, release, take
from api.jobs.queue import cancel, job_counts, read_job, worker_seen_at
from api.storage.database import reading, writing
from tests.api.jobs.conftest import ASKER, NAME, SPAN, MovedClock, asked, job, stages


def _take(engine: Engine, clock: MovedClock, worker: str = "w1", kinds: Sequence[str] = (NAME,)) -> Lease | None:
    with writing(engine) as session:
        return take(session, worker, kinds, now=clock(), span=SPAN)


def _taken(engine: Engine, clock: MovedClock, worker: str = "w1") -> Lease:
    lease = _take(engine, clock, worker)
    assert lease is not None
    return lease


def _cancel(engine: Engine, clock: MovedClock, job_id: str) -> None:
    with writing(engine) as session:
        cancel(session, job_id, now=clock())


def test_the_job_that_has_waited_longest_is_taken_first(engine: Engine, clock: MovedClock) -> None:
    first = asked(engine, clock, to=5)
    clock.move(seconds=1)
    second = asked(engine, clock)
    lease = _taken(engine, clock)
    assert (lease.job_id, lease.attempt, lease.request, lease.asked_by) == (first, 1, {"to": 5}, ASKER)
    assert _taken(engine, clock, "w2").job_id == second
    assert _take(engine, clock, "w3") is None


def test_a_job_of_a_kind_the_worker_does_not_know_waits_for_one_that_does(engine: Engine, clock: MovedClock) -> None:
    job_id = asked(engine, clock)
    assert _take(engine, clock, kinds=("other",)) is None
    assert _taken(engine, clock).job_id == job_id


def test_many_workers_at_once_never_take_one_job_twice(engine: Engine, clock: MovedClock) -> None:
    wanted = {asked(engine, clock) for _ in range(12)}

    def take_until_none(worker: str) -> list[str]:
        found = []
        while (lease := _take(engine, clock, worker)) is not None:
            found.append(lease.job_id)
        return found

    with ThreadPoolExecutor(6) as pool:
        taken = [job_id for found in pool.map(take_until_none, map(str, range(6))) for job_id in found]
    assert (len(taken), set(taken)) == (12, wanted)


def test_a_job_without_a_sign_of_life_is_taken_up_by_another_and_the_first_is_told(
    engine: Engine, clock: MovedClock
) -> None:
    job_id = asked(engine, clock)
    first = _taken(engine, clock)
    clock.move(seconds=29)
    assert _take(engine, clock, "w2") is None
    clock.move(seconds=1)
    second = _taken(engine, clock, "w2")
    assert (second.job_id, second.attempt) == (job_id, 2)
    assert list(stages(engine, job_id)) == ["queued", "resumed"]
    with writing(engine) as session, pytest.raises(LeaseLostError, match="attempt 1 is not the present one"):
        held(session, first)
    with writing(engine) as session:
        end(session, held(session, second), "done", now=clock(), result={"to": 3})
    with writing(engine) as session, pytest.raises(LeaseLostError):
        held(session, second)


def test_the_same_worker_cannot_end_an_attempt_it_has_lost(engine: Engine, clock: MovedClock) -> None:
    asked(engine, clock)
    first = _taken(engine, clock)
    clock.move(seconds=31)
    assert _taken(engine, clock).attempt == 2
    with writing(engine) as session, pytest.raises(LeaseLostError):
        held(session, first)


def test_signs_of_life_keep_a_job_for_as_long_as_it_takes(engine: Engine, clock: MovedClock) -> None:
    asked(engine, clock)
    lease = _taken(engine, clock)
    for _ in range(5):
        clock.move(seconds=20)
        with writing(engine) as session:
            beat(session, "w1", now=clock(), span=SPAN)
        assert _take(engine, clock, "w2") is None
    with writing(engine) as session:
        assert held(session, lease).attempts == 1
        assert worker_seen_at(session) == clock()


def test_a_worker_that_is_known_to_be_gone_loses_its_jobs_at_once(engine: Engine, clock: MovedClock) -> None:
    job_id = asked(engine, clock)
    _taken(engine, clock)
    with writing(engine) as session:
        beat(session, "w1", now=clock(), span=SPAN)
        release(session, "w1", now=clock())
    assert _taken(engine, clock, "w2").job_id == job_id
    with reading(engine) as session:
        assert worker_seen_at(session) is None


def test_a_job_that_ends_its_worker_again_and_again_fails(engine: Engine, clock: MovedClock) -> None:
    job_id = asked(engine, clock)
    for _ in range(MOST_LOSSES):
        _taken(engine, clock)
        clock.move(seconds=31)
    assert _take(engine, clock) is None
    found = job(engine, job_id)
    assert (found.state, found.attempts) == ("failed", MOST_LOSSES)
    assert found.error is not None
    assert found.error.detail.startswith(f"{MOST_LOSSES} workers ended in the middle of the job")


def test_what_is_handed_back_is_taken_up_anew_and_is_no_loss(engine: Engine, clock: MovedClock) -> None:
    job_id = asked(engine, clock)
    for attempt in range(1, MOST_LOSSES + 2):
        lease = _taken(engine, clock)
        assert lease.attempt == attempt
        with writing(engine) as session:
            hand_back(session, lease, now=clock())
        with writing(engine) as session, pytest.raises(LeaseLostError):
            held(session, lease)
    assert job(engine, job_id).state == "queued"


def test_a_job_that_waits_is_cancelled_at_once(engine: Engine, clock: MovedClock) -> None:
    job_id = asked(engine, clock)
    for _ in range(2):  # asking again changes nothing
        _cancel(engine, clock, job_id)
    assert _take(engine, clock) is None
    assert list(stages(engine, job_id)) == ["queued", "cancelled"]
    assert job(engine, job_id).ended_at == clock()


def test_a_job_somebody_works_on_is_cancelled_by_who_works_on_it(engine: Engine, clock: MovedClock) -> None:
    job_id = asked(engine, clock)
    lease = _taken(engine, clock)
    for _ in range(2):
        _cancel(engine, clock, job_id)
    assert job(engine, job_id).state == "cancelling"
    with writing(engine) as session, pytest.raises(JobCancelledError):
        held(session, lease)


def test_a_cancelled_job_whose_worker_is_gone_ends_as_cancelled(engine: Engine, clock: MovedClock) -> None:
    job_id = asked(engine, clock)
    _taken(engine, clock)
    _cancel(engine, clock, job_id)
    clock.move(seconds=31)
    assert _take(engine, clock, "w2") is None
    assert list(stages(engine, job_id)) == ["queued", "cancelling", "cancelled"]


def test_what_has_ended_cannot_be_cancelled(engine: Engine, clock: MovedClock) -> None:
    job_id = asked(engine, clock)
    lease = _taken(engine, clock)
    with writing(engine) as session:
        end(session, held(session, lease), "done", now=clock(), result={})
    with writing(engine) as session, pytest.raises(JobEndedError, match="is done already; what it stored stays"):
        cancel(session, job_id, now=clock())


def test_an_unknown_job_and_one_of_another_kind_are_not_found(engine: Engine, clock: MovedClock) -> None:
    job_id = asked(engine, clock)
    with reading(engine) as session:
        with pytest.raises(UnknownIdError, match="no job has the id j9"):
            read_job(session, "j9")
        with pytest.raises(UnknownIdError, match="no run has the id"):
            read_job(session, job_id, kind="run")


def test_workers_that_have_not_been_seen_for_a_day_are_forgotten(engine: Engine, clock: MovedClock) -> None:
    with writing(engine) as session:
        beat(session, "old", now=clock() - timedelta(days=2), span=SPAN)
        beat(session, "new", now=clock(), span=SPAN)
        leave(session, "new")
    with reading(engine) as session:
        assert worker_seen_at(session) is None


def test_jobs_are_counted_by_state(engine: Engine, clock: MovedClock) -> None:
    for _ in range(3):
        asked(engine, clock)
    _taken(engine, clock)
    with reading(engine) as session:
        assert job_counts(session) == {"queued": 2, "running": 1}
