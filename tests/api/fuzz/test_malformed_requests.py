"""Malformed requests: each is refused by a problem document, and none is told, or makes the log tell, of anybody.

The long run (``python -m tests.api.fuzz.long_run``) asks ten thousand times and at every place of every body.
"""

from __future__ import annotations

from api.storage.record_kinds import KINDS
from tests.api.fuzz.filled_service import FilledService
from tests.api.fuzz.judged_run import run_malformed
from tests.api.fuzz.putting_back import rows_of

SEED = 20261126
NUMBERS = {"sqlite": 1_000, "postgresql": 300}


def test_no_malformed_request_breaks_the_service_or_is_told_of_anybody(filled: FilledService) -> None:
    before = rows_of(filled.engine)
    number = NUMBERS[filled.engine.dialect.name]
    judged = run_malformed(filled, number=number, seed=SEED)
    assert judged.faults == []
    assert judged.statuses.total() == number
    assert len(judged.families) > 80
    assert {400, 401, 403, 404, 413, 422} <= set(judged.statuses)
    after = rows_of(filled.engine)
    for kind in KINDS:  # what was refused stored nothing; what was accepted was put back
        table = str(kind.row.__tablename__)
        assert after[table] == before[table]
