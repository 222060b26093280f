"""What whoever takes a step should know, in plain words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from sqlmodel import Session, col, select

from api.decisions.flags import Flag
from api.decisions.schemas import StepRequest
from api.decisions.states import State
from api.storage.tables import ApplicationRow, PostingRow
from features.guard import ITEM_JA, sensitive_spans
from features.records import Application

__all__ = ["also_accepted", "items_in_ground", "warnings_of"]

_JUDGED: Final[frozenset[State]] = frozenset({"seen", "shortlisted", "interview", "offered", "not_chosen"})


def items_in_ground(sent: StepRequest) -> tuple[str, ...]:
    """What the reason of a judgement seems to rest on and should not, in words.

    The applicant's own word may name anything. It is read before the write lock is taken: the first text a process
    reads loads a dictionary.
    """
    ground = sent.reason if sent.reason is not None and sent.state in _JUDGED else ""
    return tuple(sorted({ITEM_JA[span.item] for span in sensitive_spans(ground) if span.item != "name"}))


def also_accepted(session: Session, application: Application) -> list[str]:
    """Other calls of 地域おこし協力隊 that the same person has accepted, as far as whoever asks may see them.

    Nobody moves to two places; yet a place of years ago is still on record as accepted, so it is for people to say
    which one stands. Company people may serve several municipalities.
    """
    accepted = select(ApplicationRow.posting_id).where(
        ApplicationRow.applicant_id == application.applicant_id,
        ApplicationRow.status == "accepted",
        ApplicationRow.id != application.application_id,
    )
    ids = [application.posting_id, *session.exec(accepted)]
    asked = select(PostingRow.id).where(col(PostingRow.id).in_(ids), PostingRow.program == "kyoryokutai")
    found = sorted(session.exec(asked))
    return [an_id for an_id in found if an_id != application.posting_id] if application.posting_id in found else []


def warnings_of(
    flags: Collection[Flag], items: Sequence[str], *, free_seats: int, n_offered: int, also: Sequence[str] = ()
) -> list[str]:
    """Sentences about a stored step: seats, other places, a company's interest, what a reason may not rest on."""
    found: list[str] = []
    if also:
        found.append(
            f"この方には、ほかの募集（{'、'.join(also)}）を承諾した記録があります。どちらに赴任するかをご確認ください。"
        )
    if "beyond_seats" in flags:
        found.append(f"返事待ちの内定は{n_offered + 1}人、残りの席は{free_seats}です。承諾は席の数までです。")
    if "company_conflict" in flags:
        found.append("この方の企業は、募集と同じ分野で市町村に販売していると申告しています。")
    if items:
        told = "、".join(items)
        found.append(f"理由に、選考の理由にできない事柄（{told}）が書かれているようです。訂正をご検討ください。")
    return found
