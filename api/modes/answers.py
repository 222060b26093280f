"""Modes and decisions as the interface shows them."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlmodel import Session

from api.modes.decisions import DECIDED_MODES, DecidedMode, decisions, municipalities_in
from api.modes.schemas import ModeAnswer, ModeDecisionAnswer, Modes
from api.modes.tables import ModeDecisionRow

__all__ = ["decision_answer", "modes_answer"]

_IN_HOUSE: Final = "A 自団体の応募者を読む順に並べる"
_LABELS: Final[dict[DecidedMode, str]] = {
    "public_board": "B 募集の公開と応募者本人への提案（募集情報等提供）",
    "introduce": "C 応募者をほかの自治体へ紹介する（職業紹介）",
}


def decision_answer(row: ModeDecisionRow) -> ModeDecisionAnswer:
    """One recorded decision."""
    told = row.model_dump(exclude={"id", "recorded_by", "withdrawn_by"})
    return ModeDecisionAnswer.model_validate({"decision_id": row.id, **told})


def modes_answer(session: Session, *, on: date) -> Modes:
    """The three modes on a day, and the decisions they rest on."""
    modes = [ModeAnswer(mode="in_house", label=_IN_HOUSE, on_for_all=True, on_for=[])]
    for mode in DECIDED_MODES:
        codes = municipalities_in(session, mode, on=on)
        line = ModeAnswer(mode=mode, label=_LABELS[mode], on_for_all=codes is None, on_for=sorted(codes or ()))
        modes.append(line)
    return Modes(modes=modes, decisions=[decision_answer(row) for row in decisions(session)])
