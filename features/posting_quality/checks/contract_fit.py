"""Does the contract go with the work: office hours against dawn, contractors against roll-calls (``clashes.toml``).

Nothing is said of what is unknown: each of contract, side job and car that is told without a clash earns a third, and
one clash earns nothing, so that leaving a field out is never the better answer.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from features.posting_quality.mission import Mission
from features.posting_quality.quality import Finding
from features.posting_quality.reading import Reading, quoted
from features.taxonomy.vocabulary import ContractType, PostingSubtype, SideJob, Vehicle

__all__ = ["contract_fit"]


class _Clash(BaseModel):
    """Values that meet, words of the mission, words that settle it; what to say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    contract: tuple[ContractType, ...] | None = None
    side_job: tuple[SideJob, ...] | None = None
    vehicle: tuple[Vehicle, ...] | None = None
    subtypes: tuple[PostingSubtype, ...] | None = None
    text: tuple[str, ...] | None = None
    unless: tuple[str, ...] = ()
    sentence: str
    advice: str


def contract_fit(reading: Reading) -> Finding:
    """A clash of contract, side job or car with the work, the first of the file."""
    posting = reading.posting
    if not reading.mission.tasks:
        return Finding(0.0, "する仕事が読み取れないため、契約とのつり合いを確かめられません。")
    for clash in _clashes():
        if _meets(clash, reading) and (phrase := _phrase(clash, reading.mission)) is not None:
            sentence = clash.sentence.format(phrase=phrase)
            return Finding(0.0, sentence, clash.advice, phrase or None)
    known = (posting.contract_type, posting.side_job, posting.vehicle)
    share = sum(value is not None for value in known) / len(known)
    if share < 1:
        return Finding(share, "契約の形・副業・車のうち書かれていないものがあり、仕事とのつり合いを確かめきれません。")
    return Finding(1.0, "契約の形、副業、車と仕事のあいだに、食い違いは見つかりません。")


def _meets(clash: _Clash, reading: Reading) -> bool:
    posting = reading.posting
    pairs = (
        (clash.contract, posting.contract_type),
        (clash.side_job, posting.side_job),
        (clash.vehicle, posting.vehicle),
    )
    subtypes = clash.subtypes is None or not set(clash.subtypes).isdisjoint(posting.subtypes or ())
    return subtypes and all(wanted is None or told in wanted for wanted, told in pairs)


def _phrase(clash: _Clash, mission: Mission) -> str | None:
    """The words of the mission that clash; empty where fields alone clash, ``None`` where nothing does."""
    if clash.text is None:
        return ""
    told = (*mission.work, *mission.other, *mission.meetings)  # background speaks of the town, not of the work
    found = next(filter(None, (re.compile("|".join(clash.text)).search(mission.text, *span) for span in told)), None)
    settled = clash.unless and re.search("|".join(clash.unless), mission.text)
    return None if found is None or settled else quoted(mission.text, found)


@lru_cache(maxsize=1)
def _clashes() -> tuple[_Clash, ...]:
    text = files("features.posting_quality").joinpath("clashes.toml").read_text(encoding="utf-8")
    return tuple(_Clash.model_validate(row) for row in tomllib.loads(text)["clash"])
