"""Answers that are kept for a day: stored with what they tell of, so that neither is there without the other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import delete as core_delete
from sqlmodel import Session, col, delete, select, update
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from api.idempotency.errors import AnsweredAlreadyError, AnswerForgottenError, KeyReusedError
from api.idempotency.keys import AskedOnce
from api.idempotency.tables import KeptAnswerRow, KeptAnswerSubjectRow
from api.storage.tables import ApplicationRow, Row

__all__ = ["KEPT", "add_kept_answers", "forget_answers_about", "keep_answer", "verify_not_answered"]

KEPT: Final = timedelta(hours=24)
_KEPT: Final = Row.metadata.tables[str(KeptAnswerRow.__tablename__)]
_HEADERS: Final = ("content-type", "etag", "location", "retry-after")
_NAME_PEOPLE: Final = ("applicant_id", "members", "people")  # keys of the interchange whose values are applicants


def verify_not_answered(session: Session, asked: AskedOnce, *, now: datetime) -> None:
    """Let a request through that was not answered before.

    Raises
    ------
    AnsweredAlreadyError
        If it was: with the answer.
    KeyReusedError
        If its key was used for another request.
    AnswerForgottenError
        If its answer was about somebody who has been erased since.
    """
    # past the session, which holds none of them yet and would look for them
    session.connection().execute(core_delete(_KEPT).where(_KEPT.c.kept_until <= now))
    row = session.get(KeptAnswerRow, asked.key_digest)
    if row is None:
        return
    if row.body is None:
        raise AnswerForgottenError
    if row.request_digest != asked.request_digest:
        raise KeyReusedError
    raise AnsweredAlreadyError(row.status, row.headers, row.body)


def keep_answer(session: Session, asked: AskedOnce, answer: Response, *, now: datetime) -> None:
    """Keep an answer, in the transaction of what it tells of."""
    body = bytes(answer.body).decode()
    headers = {name: answer.headers[name] for name in _HEADERS if name in answer.headers}
    session.add(
        KeptAnswerRow(
            key_digest=asked.key_digest,
            request_digest=asked.request_digest,
            status=answer.status_code,
            headers=headers,
            body=body,
            kept_until=now + KEPT,
        )
    )
    session.flush()
    for applicant_id in sorted(_people_in(session, json.loads(body or "null"))):
        session.add(KeptAnswerSubjectRow(key_digest=asked.key_digest, applicant_id=applicant_id))
    session.flush()


def forget_answers_about(session: Session, applicant_id: str) -> None:
    """Forget what answers said of a person who is erased; that their requests were done stays known for the day."""
    about = select(KeptAnswerSubjectRow.key_digest).where(KeptAnswerSubjectRow.applicant_id == applicant_id)
    digests = session.exec(about).all()
    session.exec(
        update(KeptAnswerRow)
        .where(col(KeptAnswerRow.key_digest).in_(digests))
        .values(body=None, request_digest="", headers={})
    )
    session.exec(delete(KeptAnswerSubjectRow).where(col(KeptAnswerSubjectRow.key_digest).in_(digests)))


def add_kept_answers(app: Starlette) -> None:
    """Let ``app`` give a kept answer again as it was given, marked by a header."""
    app.add_exception_handler(AnsweredAlreadyError, _given_again)


def _given_again(_request: Request, error: Exception) -> Response:
    if not isinstance(error, AnsweredAlreadyError):
        raise error
    return Response(error.body, error.status, {**error.headers, "Idempotency-Replayed": "true"})


def _people_in(session: Session, body: object) -> set[str]:
    """Applicants that an answer names, itself or by an application."""
    named = list(_named_in(body))
    people = {an_id for key, an_id in named if key in _NAME_PEOPLE}
    applications = [an_id for key, an_id in named if key == "application_id"]
    applied = select(ApplicationRow.applicant_id).where(col(ApplicationRow.id).in_(applications))
    return people | set(session.exec(applied))


def _named_in(node: object) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for one in cast("list[object]", node):
            yield from _named_in(one)
    elif isinstance(node, dict):
        for key, value in cast("Mapping[str, object]", node).items():
            values = cast("list[object]", value) if isinstance(value, list) else [value]
            for one in values:
                if isinstance(one, str):
                    yield key, one
                else:
                    yield from _named_in(one)
