"""What whoever takes a step should know, in plain words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from api.decisions.flags import Flag
from api.decisions.schemas import StepRequest
from api.decisions.states import State
from features.guard import ITEM_JA, sensitive_spans

__all__ = ["items_in_ground", "warnings_of"]

_JUDGED: Final[frozenset[State]] = frozenset({"seen", "shortlisted", "interview", "offered", "not_chosen"})


def items_in_ground(sent: StepRequest) -> tuple[str, ...]:
    """What the reason of a judgement seems to rest on and should not, in words.

    The applicant's own word may name anything. It is read before the write lock is taken: the first text a process
    reads loads a dictionary.
    """
    ground = sent.reason if sent.reason is not None and sent.state in _JUDGED else ""
    return tuple(sorted({ITEM_JA[span.item] for span in sensitive_spans(ground) if span.item != "name"}))


def warnings_of(flags: Collection[Flag], items: Sequence[str], *, free_seats: int, n_offered: int) -> list[str]:
    """Sentences about a step that is stored: seats, a company's interest, and what a reason should not rest on."""
    found: list[str] = []
    if "beyond_seats" in flags:
        found.append(f"返事待ちの内定は{n_offered + 1}人、残りの席は{free_seats}です。承諾は席の数までです。")
    if "company_conflict" in flags:
        found.append("この方の企業は、募集と同じ分野で市町村に販売していると申告しています。")
    if items:
        told = "、".join(items)
        found.append(f"理由に、選考の理由にできない事柄（{told}）が書かれているようです。訂正をご検討ください。")
    return found
