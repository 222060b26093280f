"""The service looks at what is due again and again, whatever a look ended with, and logs it without anybody's data."""

from __future__ import annotations

import asyncio
import logging

import pytest

from api.own_data import forgetting
from tests.api.own_data.conftest import MARK


@pytest.mark.parametrize("error", [KeyError(MARK), ValueError(MARK), OSError(28, MARK)])
def test_a_look_that_fails_is_logged_once_and_stops_neither_itself_nor_the_others(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(forgetting, "SECONDS", 0)
    seen: list[str] = []

    def broken() -> None:
        seen.append("broken")
        raise error

    async def some_time() -> None:
        task = asyncio.create_task(forgetting._keep_looking([broken, lambda: seen.append("next")]))
        while seen.count("next") < 3:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with caplog.at_level(logging.ERROR):
        asyncio.run(some_time())
    assert seen.count("broken") >= 3
    lines = [record.getMessage() for record in caplog.records if record.name == forgetting.__name__]
    assert len(lines) == 1
    assert lines[0].startswith(f"a look at what is due ended with {type(error).__name__} test_looking.py:")
    assert MARK not in caplog.text
