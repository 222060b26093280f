"""Schemathesis over the OpenAPI document as it is now: every operation, in the process, through one door."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final
from unittest.mock import patch

import schemathesis
from schemathesis import Case, hooks
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.engine import Status, events, from_schema

from tests.api.fuzz.filled_service import FilledService

__all__ = ["Found", "Pass", "run", "run_through"]

_SLOWEST: Final = 90  # seconds of one answer on a busy machine; what takes longer hangs
_DEEP: Final = 0.7  # of the requests that are right as they stand, ask for what is stored
# a record that fits its schema may break a rule between fields or name a code nobody has: 422; 412: another state
_WRONG_STATUSES: Final = ("400", "401", "403", "404", "405", "409", "412", "413", "415", "422", "429")
_RIGHT_STATUSES: Final = ("2xx", "3xx", "401", "403", "404", "409", "412", "422", "429")


@dataclass(frozen=True)
class Pass:
    """What one run does.

    Attributes
    ----------
    phases : sequence of str
        ``coverage`` (each value a schema bounds, each method, each missing part), ``fuzzing``, ``stateful``.
    examples : int
        Cases an operation in ``fuzzing``, sequences in ``stateful``.
    seed : int
    only : sequence of str, optional
        Names of operations, all where absent.
    """

    phases: Sequence[str]
    examples: int = 1
    seed: int = 1
    only: Sequence[str] | None = None


@dataclass
class Found:
    """What a run did and found: how many cases an operation, their statuses, and each failure as one line."""

    cases: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def run(service: FilledService, wanted: Pass) -> Found:
    """Ask every operation and check every answer against the document."""
    found = Found()
    _run(service, wanted, found)
    return found


def run_through(service: FilledService, doors: Sequence[str], wanted: Pass) -> dict[str, Found]:
    """Ask the same through each door: what is drawn for the first, which takes as long as asking, is asked at all."""
    first, *others = doors
    found = {door: Found() for door in doors}
    service.through(first)
    with _asking_again(service, {door: found[door] for door in others}):
        _run(service, wanted, found[first])
    return found


def _run(service: FilledService, wanted: Pass, found: Found) -> None:
    document = copy.deepcopy(service.document)
    config = SchemathesisConfig.from_dict(_config(wanted, document))
    schema = schemathesis.openapi.from_dict(document, config=config)
    schema.app = service
    schema.location = "/api/v1/openapi.json"
    with _in_this_process(), _naming_stored(service, wanted.seed):
        for event in from_schema(schema).execute():
            if isinstance(event, events.ScenarioFinished):
                _note(event, found)
            elif isinstance(event, events.NonFatalError):
                found.failures.append(f"{event.label}: {event.value!r}"[:600])
            elif isinstance(event, events.FatalError):
                raise event.exception


def _operations(wanted: Pass, document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            name = f"{method.upper()} {path}"
            if wanted.only is not None and name not in wanted.only:
                yield {"include-name": name, "enabled": False}
            elif "text/event-stream" in str(operation["responses"]):
                # nothing works in the background here: a stream of events is read for a moment and does not end
                yield {"include-name": name, "request-timeout": 1}


def _config(wanted: Pass, document: dict[str, Any]) -> dict[str, Any]:
    phases = {name: {"enabled": name in wanted.phases} for name in ("examples", "coverage", "fuzzing", "stateful")}
    return {
        "seed": wanted.seed,
        "generation": {
            "deterministic": True,
            "max-examples": wanted.examples,
            "no-shrink": True,
            "database": "none",
            "with-security-parameters": False,  # the door signs in, or does not
            "allow-x00": False,  # a text with NUL fits its schema and is refused; the malformed requests have it
        },
        "phases": phases,
        "checks": {
            "positive_data_acceptance": {"expected-statuses": list(_RIGHT_STATUSES)},
            "negative_data_rejection": {"expected-statuses": list(_WRONG_STATUSES)},
            # the door signs every request in; test_role_matrix.py asks everything without and with what is wrong
            "ignored_auth": {"enabled": False},
        },
        "continue-on-failure": True,
        "request-timeout": _SLOWEST,
        "operations": list(_operations(wanted, document)),
    }


def _note(event: events.ScenarioFinished, found: Found) -> None:
    for interaction in event.recorder.interactions.values():
        if interaction.response is not None:
            found.statuses[interaction.response.status_code] += 1
    found.cases[event.label or event.phase.value] += len(event.recorder.interactions)
    for checks in event.recorder.checks.values():
        for check in checks:
            if check.status is Status.FAILURE and check.failure_info is not None:
                failure = check.failure_info.failure
                found.failures.append(_told(event.label, failure, check.failure_info.code_sample))


@contextmanager
def _in_this_process() -> Generator[None]:
    """No request leaves it, so none looks for a proxy and for passwords of other machines before it is made."""
    with (
        patch("requests.sessions.get_environ_proxies", lambda *_, **__: {}),
        patch("requests.sessions.get_netrc_auth", lambda *_, **__: None),
    ):
        yield


def _told(operation: str | None, failure: Failure, code_sample: str) -> str:
    told = " ".join(f"{failure.title}: {failure.message}".split())
    return f"{operation}: {told[:300]} | {code_sample[:300]}"


@contextmanager
def _asking_again(service: FilledService, others: Mapping[str, Found]) -> Generator[None]:
    """Let every case be asked through other doors too, and every answer be checked as that through the first one."""

    def through_other_doors(_context: object, _response: object, case: Case) -> None:
        first = service.door
        for door, found in others.items():
            service.through(door)
            answer = case.call()
            found.cases[case.operation.label] += 1
            found.statuses[answer.status_code] += 1
            try:
                case.validate_response(answer, excluded_checks=[through_other_doors])
            except FailureGroup as failures:
                label, sample = case.operation.label, case.as_curl_command()
                found.failures += [_told(label, failure, sample) for failure in failures.exceptions]
        service.through(first)

    schemathesis.check(through_other_doors)
    try:
        yield
    finally:
        CHECKS.unregister(through_other_doors.__name__)


@contextmanager
def _naming_stored(service: FilledService, seed: int) -> Generator[None]:
    """Let what is right as it stands name records that are stored: random ids alone never get past 404."""
    rng = Random(seed)

    def before_call(_context: object, case: Any, _kwargs: dict[str, Any]) -> None:
        if case.meta is None or rng.random() > _DEEP:
            return
        named: dict[str, str] = {}
        if case.path_parameters and not case.meta.is_negative_at(ParameterLocation.PATH):
            for name in case.path_parameters:
                if service.ids.get(name):
                    named[name] = case.path_parameters[name] = rng.choice(service.ids[name])
        if isinstance(case.body, dict) and not case.meta.is_negative_at(ParameterLocation.BODY):
            _name_stored(case.body, service, rng, named)

    schemathesis.hook(before_call)
    try:
        yield
    finally:
        hooks.unregister(before_call)


def _name_stored(body: dict[str, Any], service: FilledService, rng: Random, named: dict[str, str]) -> None:
    for name, value in body.items():
        if isinstance(value, str) and (name in named or service.ids.get(name)):
            body[name] = named.get(name) or rng.choice(service.ids[name])
        for part in _objects(value):
            _name_stored(part, service, rng, {})


def _objects(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _objects(one)
