"""Schemathesis over every operation of the OpenAPI document: no 5xx, and every answer as the document says.

The document is read as it is, so an operation that is added is asked from then on. The long run
(``python -m tests.api.fuzz.long_run``) goes through every door, those of the other roles too, with many more cases.
"""

from __future__ import annotations

import pytest

from api.accounts.permissions import permissions
from api.accounts.roles import SIGNED_OUT
from tests.api.fuzz.filled_service import OFF, WHOEVER_MAY, FilledService
from tests.api.fuzz.schemathesis_run import Found, Pass, run, run_through

# bodies that are those of POST /applicants and POST /postings over again: the long run has them
TWINS = {
    "POST /api/v1/records",
    "POST /api/v1/eligibility",
    "PUT /api/v1/applicants/{applicant_id}",
    "PUT /api/v1/postings/{posting_id}",
}
FUZZED = (OFF, SIGNED_OUT, "coordinator session", "coordinator token", "applicant session")
SEED = 20261126


def _operations(service: FilledService) -> set[str]:
    paths = service.document["paths"].items()
    return {f"{method.upper()} {path}" for path, item in paths for method in item}


def test_whoever_may_ask_is_answered_as_the_document_says(sqlite_service: FilledService) -> None:
    wanted = sorted(_operations(sqlite_service) - TWINS)
    found = run(sqlite_service.through(WHOEVER_MAY), Pass(["coverage"], seed=SEED, only=wanted))
    assert found.failures == []
    assert set(found.cases) == set(wanted)
    assert min(found.cases.values()) > 0
    assert {200, 201, 204, 403, 404, 405, 409, 422} <= set(found.statuses)
    assert max(found.statuses) < 500


@pytest.fixture(scope="module")
def through_doors(sqlite_service: FilledService) -> dict[str, Found]:
    """Each operation asked once through each of the doors."""
    return run_through(sqlite_service, FUZZED, Pass(["fuzzing"], seed=SEED))


@pytest.mark.parametrize("door", FUZZED)
def test_whoever_asks_is_answered_as_the_document_says(door: str, through_doors: dict[str, Found]) -> None:
    found = through_doors[door]
    assert found.failures == []
    assert set(found.cases) == set(permissions().operations)


@pytest.mark.parametrize("door", [OFF, WHOEVER_MAY])
def test_what_one_answer_names_the_next_one_finds_and_what_is_removed_is_gone(
    door: str, sqlite_service: FilledService
) -> None:
    with sqlite_service.keeping():
        found = run(sqlite_service.through(door), Pass(["stateful"], examples=6, seed=SEED))
    assert found.failures == []
    assert found.statuses.total() > 20
