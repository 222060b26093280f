"""The session of a form that changes something: what is sent twice is done once and answered twice.

A route names the form before this session, so that nothing is locked while a form is read. There is one writer at a
time, so whoever comes second finds the first one's answer.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, TypeAlias

from fastapi import Depends, Request
from sqlmodel import Session

from api.http.dependencies import Audit, Writing
from api.http.now import Now
from api.idempotency.errors import AnsweredAlreadyError
from api.idempotency.kept_answers import keep_answer, verify_not_answered
from api.idempotency.keys import AskedOnce, asked_once
from api.idempotency.route import finished_answer
from api.idempotency.tables import KeptAnswerRow
from api.storage.database import reading

__all__ = ["NotSentBefore", "SentOnce", "Submitting"]


async def _sent_once(request: Request, audit: Audit) -> AskedOnce:
    return await asked_once(request, request.state.form_key, caller=f"form of {audit.actor.id}")


# for a route that answers the second sending itself, because the first answer may not be kept
SentOnce: TypeAlias = Annotated[AskedOnce, Depends(_sent_once)]


def _submitting(request: Request, asked: SentOnce, session: Writing, now: Now) -> Generator[Session]:
    verify_not_answered(session, asked, now=now)
    yield session
    keep_answer(session, asked, finished_answer(request), now=now)  # a redirect: it has no body to keep


Submitting: TypeAlias = Annotated[Session, Depends(_submitting, scope="function")]


def _not_sent_before(request: Request, asked: SentOnce) -> None:
    with reading(request.app.state.engine) as session:
        row = session.get(KeptAnswerRow, asked.key_digest)
        if row is not None and row.body is not None and row.request_digest == asked.request_digest:
            raise AnsweredAlreadyError(row.status, row.headers, row.body)


# before what would fail the second time, such as the proof of a password that the first time has changed
NotSentBefore: TypeAlias = Annotated[None, Depends(_not_sent_before)]
