"""The market of a database is that of the records as they are stored, whoever changed them, at every moment."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import BoundedSemaphore, Event
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from api.kept_markets import keeping, markets
from api.kept_markets.errors import MarketBusyError, MarketNotReadyError
from api.kept_markets.keeping import MarketKeeper
from api.kept_markets.markets import StoredMarket, candidates_of, recommendations_of
from api.own_data.erasing import erase_people
from api.own_data.restricting import end_restriction, restrict_use
from api.record_digests import records_digest
from api.settings import Settings
from api.storage.database import reading, writing
from api.storage.record_kinds import APPLICANTS, APPLICATIONS, DECIDED_APPLICATIONS, HOUSEHOLDS, POSTINGS
from api.storage.stored_records import add, load_records_into, read, records_in_use, remove, replace
from features.lists.interest import read_interest
from features.lists.ranking import rank, recommend
from features.market.change import later_market
from features.market.scored_market import ScoredMarket, read_market
from features.records import Applicant, Application, Household, Records
from features.rules.store import stored_rulesets
from tests.api.conftest import SECRET, Json

Step = Callable[[Session], object]
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def stored(engine: Engine, settings: Settings, records: Json) -> StoredMarket:
    """The market of three applicants, two postings, two applications and a household."""
    household = {"household_id": "h1", "members": ["a2", "a3"], "joint_preferences": [["p1", "p2"]]}
    with writing(engine) as session:
        load_records_into(session, Records.model_validate({**records, "households": [household]}))
    return StoredMarket(engine, settings)


def _written(engine: Engine, step: Step) -> None:
    with writing(engine) as session:
        step(session)


def _anew(engine: Engine, settings: Settings) -> ScoredMarket:
    with reading(engine) as session:
        return read_market(records_in_use(session), on=settings.day(), rulesets=stored_rulesets())


def _assert_as_stored(stored: StoredMarket, engine: Engine, settings: Settings) -> ScoredMarket:
    market, anew = stored.on(None), _anew(engine, settings)
    assert market.records == anew.records
    for posting_id in anew.postings.ids:
        found = candidates_of(market, posting_id, top=50)
        told = found.pop("provenance")
        assert found == rank(anew, posting_id).to_json()
        assert told["inputs"] == {"records": records_digest(anew.records)}  # type: ignore[index]
    for applicant_id in anew.applicants.ids:
        places = recommendations_of(stored, applicant_id, top=20, spread=0, order="score", on=None)
        places.pop("provenance")
        assert places == recommend(anew, applicant_id, interest=read_interest(anew, 0)).to_json()
    return market


def _rewrites(session: Session, an_id: str = "a1", said: str = "漁師になりたいです。") -> Applicant:
    person = read(session, APPLICANTS, an_id)
    profile = person.selection_profile.model_copy(update={"motivation_text": said})
    return replace(session, APPLICANTS, an_id, person.model_copy(update={"selection_profile": profile}))


def _changes_call(session: Session, **parts: Any) -> object:
    call = read(session, POSTINGS, "p1")
    return replace(session, POSTINGS, "p1", call.model_copy(update={**parts, "version": call.version}))


def _moves_on(session: Session, status: str) -> object:
    return replace(
        session, DECIDED_APPLICATIONS, "x1", read(session, APPLICATIONS, "x1").model_copy(update={"status": status})
    )


def _comes(session: Session) -> object:
    return add(session, APPLICANTS, Applicant(applicant_id="a0", programs=("kyoryokutai",)))


def _applies(session: Session) -> object:
    return add(session, APPLICATIONS, Application(application_id="x0", applicant_id="a0", posting_id="p2"))


STEPS: tuple[Step, ...] = (
    _rewrites,
    lambda session: _moves_on(session, "declined"),
    _comes,
    _applies,
    lambda session: restrict_use(session, "a2", document=None, by="local", now=NOW),
    lambda session: _changes_call(session, seats_left=0),
    lambda session: remove(session, APPLICATIONS, "x0"),
    lambda session: end_restriction(session, "a2", by="local", now=NOW),
    lambda session: _changes_call(session, mission_text="海の仕事と観光案内", seats_left=1),
    lambda session: remove(session, APPLICANTS, "a0"),
    lambda session: replace(
        session, HOUSEHOLDS, "h1", Household(household_id="h1", members=("a3",), joint_preferences=())
    ),
    lambda session: erase_people(session, ["a2"]),
)


def test_every_write_is_in_the_next_list_on_each_database(
    stored: StoredMarket, engine: Engine, settings: Settings
) -> None:
    _assert_as_stored(stored, engine, settings)
    for step in STEPS:
        _written(engine, step)
        stored.on(None)
    _assert_as_stored(stored, engine, settings)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("n", range(1, len(STEPS)))
def test_several_writes_at_once_are_too(stored: StoredMarket, engine: Engine, settings: Settings, n: int) -> None:
    stored.on(None)
    for step in STEPS[:n]:
        _written(engine, step)
    market, anew = stored.on(None), _anew(engine, settings)

    assert market.records == anew.records
    np.testing.assert_array_equal(
        market.coordinator.block(slice(None), slice(None)), anew.coordinator.block(slice(None), slice(None))
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestOnOneDatabase:
    """What does not depend on the database."""

    def test_only_what_changed_is_read(
        self, stored: StoredMarket, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = stored.on(None)
        monkeypatch.delattr(markets, "read_market")
        _written(engine, lambda session: _moves_on(session, "screened"))

        assert stored.on(None).applicants is before.applicants
        assert stored.on(None).coordinator is before.coordinator
        assert stored.on(date(2025, 11, 23)).coordinator_factors is before.coordinator_factors

    def test_a_change_that_left_no_trace_is_found_by_counting(
        self, stored: StoredMarket, engine: Engine, settings: Settings
    ) -> None:
        stored.on(None)
        _written(engine, lambda session: remove(session, APPLICATIONS, "x1"))
        _written(engine, lambda session: session.connection().execute(text("DELETE FROM history")))

        _assert_as_stored(stored, engine, settings)

    def test_a_database_that_was_put_back_is_read_anew(
        self, stored: StoredMarket, engine: Engine, settings: Settings
    ) -> None:
        _written(engine, _rewrites)
        stored.on(None)
        _written(engine, lambda session: session.connection().execute(text("UPDATE revision SET number = 1")))
        _written(engine, lambda session: session.connection().execute(text("UPDATE applicant SET revision = 1")))

        _assert_as_stored(stored, engine, settings)

    def test_many_who_ask_at_once_read_the_records_once(
        self, stored: StoredMarket, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made: list[object] = []

        def counted(*parts: Any) -> ScoredMarket:
            made.append(later_market(*parts))
            return made[-1]  # type: ignore[return-value]

        stored.on(None)
        monkeypatch.setattr(markets, "later_market", counted)
        _written(engine, _rewrites)
        with ThreadPoolExecutor(8) as pool:
            found = set(pool.map(lambda _: stored.on(None), range(16)))

        assert found == set(made)
        assert len(made) == 1

    def test_who_would_wait_too_long_is_told_to_come_again(
        self, stored: StoredMarket, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        began, go_on = Event(), Event()

        def slow(*parts: Any) -> ScoredMarket:
            began.set()
            go_on.wait(10)
            return later_market(*parts)

        stored.on(None)
        monkeypatch.setattr(markets, "later_market", slow)
        monkeypatch.setattr(markets, "_WAIT_SECONDS", 0.05)
        _written(engine, _rewrites)
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(stored.on, None)
            began.wait(10)
            with pytest.raises(MarketNotReadyError) as error:
                stored.on(None)
            go_on.set()
            assert first.result(10) is stored.on(None)
        assert (error.value.status_code, error.value.headers) == (503, {"Retry-After": "10"})

    def test_no_more_people_wait_than_leave_room_for_others(
        self, stored: StoredMarket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def ask() -> object:
            return recommendations_of(stored, "a1", top=1, spread=0, order="score", on=None)

        ask()
        monkeypatch.setattr(stored, "_places_to_wait", BoundedSemaphore(1))
        with stored.in_turn(), pytest.raises(MarketBusyError) as error:
            ask()
        assert (error.value.status_code, error.value.headers) == (503, {"Retry-After": "5"})
        assert ask()

    def test_after_a_failure_the_next_one_who_asks_is_answered(
        self, stored: StoredMarket, engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: Any) -> ScoredMarket:
            raise MemoryError

        stored.on(None)
        _written(engine, _rewrites)
        with monkeypatch.context() as patched:
            patched.setattr(markets, "later_market", broken)
            with pytest.raises(MemoryError):
                stored.on(None)

        _assert_as_stored(stored, engine, settings)

    def test_nothing_that_an_erased_person_wrote_stays_in_the_market(
        self, stored: StoredMarket, engine: Engine, settings: Settings
    ) -> None:
        _written(engine, lambda session: _rewrites(session, "a2", SECRET))
        stored.warm()
        while stored.tell_one() != "nothing":
            pass
        _written(engine, lambda session: erase_people(session, ["a2"]))
        stored.forget()

        gc.collect()
        market = stored._state.markets[0] if stored._state else None
        assert market is not None
        assert not any(SECRET in found for found in _texts_held_by(stored))
        assert any("憧れて" in found for found in _texts_held_by(stored))
        assert all(factor.at is None for factor in market.own_factors.values() if hasattr(factor, "at"))
        _assert_as_stored(stored, engine, settings)

    def test_the_keeper_makes_the_market_and_tells_its_lists(self, stored: StoredMarket, engine: Engine) -> None:
        keeper = MarketKeeper(stored)
        keeper.start()
        for _ in _waiting(lambda: stored._state is not None and len(stored.on(None).told) > 0 and not stored._untold):
            pass
        told = len(stored.on(None).told)
        _written(engine, _rewrites)
        for _ in _waiting(lambda: len(stored.on(None).told) >= told and not stored._changed):
            pass
        keeper.stop()

        assert not keeper._thread.is_alive()

    def test_the_keeper_gives_memory_back_once_all_is_told_and_nobody_asks(
        self, stored: StoredMarket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given: list[tuple[int, bool]] = []
        monkeypatch.setattr(keeping, "_CALM_SECONDS", 0.0)
        monkeypatch.setattr(
            keeping, "give_back_memory", lambda: given.append((stored.asked, bool(stored._untold or stored._unread)))
        )
        keeper = MarketKeeper(stored)
        keeper.start()
        for _ in _waiting(lambda: len(given) == 1):
            pass
        stored.on(None)
        for _ in _waiting(lambda: len(given) == 2):
            pass
        keeper.stop()

        assert given == [(0, False), (1, False)]


_CODE = (type, ModuleType, FunctionType, BuiltinFunctionType, Engine)


def _texts_held_by(root: object) -> Iterator[str]:
    """Every text that can be reached from an object, but not through modules, classes and functions."""
    seen, waiting = {id(root)}, [root]
    while waiting:
        for found in gc.get_referents(waiting.pop()):
            if isinstance(found, str):
                yield found
            elif id(found) not in seen and not isinstance(found, _CODE):
                seen.add(id(found))
                waiting.append(found)


def _waiting(is_so: Callable[[], bool]) -> Iterator[None]:
    """Until something is so, two minutes at most: texts are read with models that have to be loaded."""
    paused = Event()
    for _ in range(12_000):
        if is_so():
            return
        paused.wait(0.01)
        yield
    raise AssertionError("it did not come to be")
