"""A worker stores all that came of a job, or nothing of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from threading import Event, Thread

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from api.audit.tables import AuditRow
from api.audit.verification import verify
from api.http.errors import UnknownIdError
from api.jobs.kinds import Outcome
from api.jobs.leases import take
from api.jobs.queue import cancel, worker_seen_at
from api.jobs.stopping import Stopping
from api.jobs.tables import JobRow
from api.jobs.task import Task
from api.storage.database import reading, writing
from api.storage.errors import DamagedRowError
from api.storage.tables import RunRow
from features.errors import RecordError
from matching.errors import CertificateError
from tests.api.jobs.conftest import NAME, SPAN, Count, MovedClock, asked, counted, job, stages, use, worker


def _store_run(session: Session) -> None:
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    session.add(RunRow(id="r1", mechanism="m", status="done", created_at=moment, digest="d", body="{}"))
    session.flush()


def _is_stored(engine: Engine) -> bool:
    with reading(engine) as session:
        return session.get(RunRow, "r1") is not None


def _told(engine: Engine) -> list[tuple[str, str]]:
    """Action and actor of each entry of the audit log."""
    with reading(engine) as session:
        entries = session.exec(select(AuditRow.entry).order_by(col(AuditRow.sequence))).all()
    return [(entry["action"], entry["actor"]["id"]) for entry in map(json.loads, entries)]


def _cancel(engine: Engine, clock: MovedClock, job_id: str) -> None:
    with writing(engine) as session:
        cancel(session, job_id, now=clock())


def test_a_job_is_done_in_stages_with_counts_and_is_on_record(engine: Engine, clock: MovedClock) -> None:
    job_id = asked(engine, clock, to=7)
    worker(engine, clock).run_all()
    assert list(stages(engine, job_id)) == ["queued", "first", "second", "done"]
    found = job(engine, job_id)
    assert (found.state, found.result, found.error, found.attempts) == ("done", {"to": 7}, None, 1)
    assert found.started_at == found.ended_at == clock()
    assert _told(engine) == [("run", "5f0c")]
    assert verify(engine).finding is None


def test_everything_is_stored_together_or_nothing(
    engine: Engine, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(task: Task, _asked: Count) -> Outcome:
        return Outcome(result={}, use=use(task.job_id), store=_store_run)

    job_id = asked(engine, clock)
    with monkeypatch.context() as broken:
        broken.setattr("api.jobs.worker.append", _break)
        with pytest.raises(KeyboardInterrupt):  # the process ends with everything else done
            worker(engine, clock, work).run_all()
    assert not _is_stored(engine)
    assert job(engine, job_id).state == "running"
    clock.move(seconds=31)
    worker(engine, clock, work, name="w2").run_all()
    assert _is_stored(engine)
    assert (job(engine, job_id).state, job(engine, job_id).attempts) == ("done", 2)
    assert _told(engine) == [("run", "5f0c")]


def _break(*_arguments: object, **_options: object) -> None:
    raise KeyboardInterrupt


def test_a_job_that_is_cancelled_between_two_stages_leaves_nothing(engine: Engine, clock: MovedClock) -> None:
    def work(task: Task, asked_for: Count) -> Outcome:
        task.at("first")
        _cancel(engine, clock, task.job_id)
        task.at("second")
        return counted(task, asked_for)

    job_id = asked(engine, clock)
    worker(engine, clock, work).run_all()
    assert list(stages(engine, job_id)) == ["queued", "first", "cancelling", "cancelled"]
    assert job(engine, job_id).result is None
    assert _told(engine) == [("read", "5f0c")]  # the records may have been read, and that is on record


def test_a_job_that_is_cancelled_after_its_last_stage_leaves_nothing(engine: Engine, clock: MovedClock) -> None:
    def work(task: Task, _asked: Count) -> Outcome:
        task.at("second")
        _cancel(engine, clock, task.job_id)
        return Outcome(result={}, use=use(task.job_id), store=_store_run)

    job_id = asked(engine, clock)
    worker(engine, clock, work).run_all()
    assert job(engine, job_id).state == "cancelled"
    assert not _is_stored(engine)


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (RecordError("the records hold no application"), 422, "The request cannot be answered as it stands"),
        (CertificateError("gap is 1"), 500, "The result failed its own check and was not stored"),
        (DamagedRowError("applicant", "a1"), 500, "What is stored cannot be read as it was"),
        (UnknownIdError("run", "r9"), 404, "There is no such record"),
    ],
)
def test_a_job_that_cannot_be_done_says_why(
    engine: Engine, clock: MovedClock, error: Exception, status: int, title: str
) -> None:
    def work(_task: Task, _asked: Count) -> Outcome:
        raise error

    job_id = asked(engine, clock)
    worker(engine, clock, work).run_all()
    found = job(engine, job_id)
    assert (found.state, found.result) == ("failed", None)
    assert found.error is not None
    assert (found.error.status, found.error.title) == (status, title)
    assert found.error.detail
    assert _told(engine) == [("read", "5f0c")]


def test_a_request_that_this_version_does_not_read_fails_and_is_not_quoted(engine: Engine, clock: MovedClock) -> None:
    job_id = asked(engine, clock)
    with writing(engine) as session:
        row = session.get_one(JobRow, job_id)
        row.request = {"from": "secret"}
        session.add(row)
    worker(engine, clock).run_all()
    found = job(engine, job_id)
    assert found.error is not None
    assert found.error.detail == f"table job, id {job_id}: the stored record is damaged; restore it from a backup"


def test_a_worker_that_was_taken_for_dead_stores_nothing(engine: Engine, clock: MovedClock) -> None:
    other = worker(engine, clock, name="w2")

    def work(task: Task, asked_for: Count) -> Outcome:
        outcome = counted(task, asked_for)
        clock.move(seconds=31)
        other.run_all()
        return Outcome(result={"to": -1}, use=outcome.use, store=_store_run)

    job_id = asked(engine, clock)
    worker(engine, clock, work).run_all()
    found = job(engine, job_id)
    assert (found.state, found.result, found.attempts) == ("done", {"to": 3}, 2)
    assert not _is_stored(engine)
    assert _told(engine) == [("run", "5f0c")]


def test_a_worker_that_is_to_stop_finishes_what_it_has_and_takes_nothing_new(engine: Engine, clock: MovedClock) -> None:
    stopping = Stopping()

    def work(task: Task, asked_for: Count) -> Outcome:
        stopping.ask(grace_seconds=60)
        return counted(task, asked_for)

    first = asked(engine, clock)
    clock.move(seconds=1)
    second = asked(engine, clock)
    worker(engine, clock, work).run(stopping)
    assert (job(engine, first).state, job(engine, second).state) == ("done", "queued")


def test_a_worker_without_time_to_finish_hands_the_job_back(engine: Engine, clock: MovedClock) -> None:
    stopping = Stopping()

    def work(task: Task, asked_for: Count) -> Outcome:
        stopping.ask(grace_seconds=0)
        return counted(task, asked_for)

    job_id = asked(engine, clock)
    worker(engine, clock, work).run(stopping)
    assert list(stages(engine, job_id)) == ["queued", "handed_back"]
    assert _told(engine) == []
    worker(engine, clock, name="w2").run_all()  # at once, without waiting for a lease to end
    assert job(engine, job_id).state == "done"


def test_a_working_worker_is_seen_and_gone_when_it_has_stopped(engine: Engine, clock: MovedClock) -> None:
    stopping, is_seen = Stopping(), Event()

    def work(task: Task, asked_for: Count) -> Outcome:
        with reading(engine) as session:
            assert worker_seen_at(session) == clock()
        is_seen.set()
        return counted(task, asked_for)

    asked(engine, clock)
    thread = Thread(target=worker(engine, clock, work).run, args=(stopping,))
    thread.start()
    assert is_seen.wait(20)
    stopping.ask(grace_seconds=20)
    thread.join(20)
    with reading(engine) as session:
        assert worker_seen_at(session) is None


def test_a_worker_waits_for_a_database_that_does_not_answer(
    engine: Engine, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [OperationalError("SELECT", {}, Exception("locked"))]

    def sometimes(*arguments: object, **options: object) -> object:
        if answers:
            raise answers.pop()
        return take(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("api.jobs.worker.take", sometimes)
    monkeypatch.setattr("api.jobs.worker._REST_SECONDS", 0.01)
    stopping = Stopping()

    def work(task: Task, asked_for: Count) -> Outcome:
        stopping.ask(grace_seconds=20)
        return counted(task, asked_for)

    job_id = asked(engine, clock)
    worker(engine, clock, work).run(stopping)
    assert job(engine, job_id).state == "done"


def test_a_worker_gives_memory_back_once_when_no_more_job_waits(
    engine: Engine, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping, done, given, rests = Stopping(), list[str](), list[int](), list[int]()

    def work(task: Task, asked_for: Count) -> Outcome:
        done.append(task.job_id)
        return counted(task, asked_for)

    def rest(_seconds: float) -> None:
        if len(rests) == 2:
            stopping.ask(grace_seconds=20)
        rests.append(len(given))

    monkeypatch.setattr("api.jobs.worker.give_back_memory", lambda: given.append(len(done)))
    monkeypatch.setattr(stopping, "wait", rest)
    for _ in range(2):
        asked(engine, clock)
    worker(engine, clock, work).run(stopping)

    assert given == [2]
    assert rests == [1, 1, 1]


def test_every_job_is_done_once_by_several_workers_at_once(engine: Engine, clock: MovedClock) -> None:
    done: list[str] = []

    def work(task: Task, asked_for: Count) -> Outcome:
        done.append(task.job_id)
        return counted(task, asked_for)

    wanted = [asked(engine, clock) for _ in range(8)]
    threads = [Thread(target=worker(engine, clock, work, name=f"w{n}").run_all) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(done) == sorted(wanted)
    assert {job(engine, job_id).state for job_id in wanted} == {"done"}
    with reading(engine) as session:
        assert take(session, "w9", [NAME], now=clock(), span=SPAN) is None
