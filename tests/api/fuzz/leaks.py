"""What every answer must be, whatever was asked: no fault of the service, a problem document, and nobody's words."""

from __future__ import annotations

import json
import logging
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import jsonschema_rs

from tests.api.fuzz.asking import Answer, Raw
from tests.api.fuzz.malformed import SENT, Target
from tests.api.fuzz.marked import marks_in, seen_by

__all__ = ["Judge", "faults_of", "listening"]

PROBLEM = "application/problem+json"


def faults_of(answer: Answer, raw: Raw, role: str) -> Iterator[str]:
    """What is wrong with an answer to a request that somebody of a role made."""
    if answer.status == 0 and not raw.is_broken_off:
        yield "no answer"
    if answer.status >= 500:
        yield f"status {answer.status}"
    if any("\r" in value or "\n" in value for value in answer.headers.values()):
        yield "a line break in a header"
    if 400 <= answer.status < 500:
        yield from _faults_of_refusal(answer, raw)
    elif strange := marks_in(answer.text) - seen_by(role):
        yield f"told {role} of {sorted(strange)}"


def _faults_of_refusal(answer: Answer, raw: Raw) -> Iterator[str]:
    if answer.headers.get("content-type") != PROBLEM:
        yield f"a refusal of the type {answer.headers.get('content-type')}"
    elif raw.method != "HEAD" and json.loads(answer.body).get("status") != answer.status:
        yield "a problem document of another status"
    if marks := marks_in(answer.text):
        yield f"the refusal has {sorted(marks)}"
    if SENT in answer.text or SENT.encode("unicode_escape").decode() in answer.text:
        yield "the refusal repeats what was sent"


class Judge:
    """Whether a body fits the document, by a validator that shares nothing with the service."""

    def __init__(self, document: dict[str, Any], targets: list[Target]) -> None:
        self._validators = {
            target.name: jsonschema_rs.validator_for({**target.schema, "components": document["components"]})
            for target in targets
            if target.schema is not None
        }

    def must_refuse(self, raw: Raw) -> bool:
        """Whether an answer below 400 would be wrong."""
        if not raw.may_pass:
            return True
        validator = self._validators.get(raw.operation)
        is_plain = (
            validator is not None and not raw.is_broken_off and (b"content-type", b"application/json") in raw.headers
        )
        if validator is None or not is_plain:
            return False
        try:
            content = json.loads(b"".join(raw.chunks).decode("utf-8"))
        except (ValueError, RecursionError):
            return True
        return not validator.is_valid(_jsonable(content))


def _jsonable(value: Any) -> Any:
    """What JSON can say: half characters and numbers beyond floats are as wrong as they can be."""
    try:
        return json.loads(json.dumps(value, ensure_ascii=False, allow_nan=False).encode().decode())
    except ValueError:
        return object


@contextmanager
def listening() -> Generator[list[str]]:
    """Every line that is logged meanwhile; of the database's driver only what it warns of."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(handler.format(record))  # type: ignore[method-assign]
    root, quiet = logging.getLogger(), logging.getLogger("sqlalchemy")
    before = root.level, quiet.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    quiet.setLevel(logging.WARNING)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(before[0])
        quiet.setLevel(before[1])
