"""The words of a call: title, mission text of three to six sentences, goals of three years."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.synthetic.draws import pick
from features.synthetic.places import places
from features.synthetic.texts import Topic, filled, fruit_of, posting_frames, two_of

__all__ = ["N_UNIFORMS", "CallText", "call_text"]

CallKind: TypeAlias = Literal["mission", "free_mission", "trial"]
N_UNIFORMS = 12
_SNOWY_CM = 450
_HOST_JA = {
    "hall_department": "役場の担当課",
    "tourism_body": "観光協会",
    "farm_or_individual": "地元の農家や個人事業主",
    "npo_or_company": "地元のNPOや企業",
    "residents_association": "住民組織",
    "school_or_board": "教育委員会",
}
_FREQUENCY_JA = {"daily": "始業時に", "weekly": "週に1回以上", "monthly": "月に1回程度"}


class CallText(NamedTuple):
    """What a town hall writes."""

    title: str
    mission_text: str
    goals: tuple[str, ...]


def call_text(
    topic: Topic, place: int, u: NDArray[np.float64], *, host: str | None, frequency: str | None, kind: CallKind
) -> CallText:
    """Compose a call.

    Parameters
    ----------
    topic : Topic
        Mission and its sentences; a topic with a ``field`` gives a 起業人 call.
    place : int
        Row of the municipality in :func:`~features.synthetic.places.places`.
    u : ndarray
        ``(N_UNIFORMS,)`` uniform numbers: the same numbers give the same text.
    host, frequency : str or None
        Host type and contact frequency, told only where known and regular.
    kind : {"mission", "free_mission", "trial"}
        The tasks are given, or examples, or something to see and try; a try-out has no closing sentence here.
    """
    words = _place_words(place)
    task = two_of(topic.task, u[0], u[1])
    aims = [topic.aim[(int(u[2] * len(topic.aim)) + year) % len(topic.aim)] for year in range(3)]
    frames = posting_frames()
    titles = frames.title_kigyojin if topic.field else frames.title
    goals = tuple(frame.format(a=filled(aim, words)) for frame, aim in zip(frames.goal, aims, strict=True))
    return CallText(
        title=filled(pick(titles, u[3]), {**words, "t": filled(pick(topic.title, u[4]), words)}),
        mission_text="".join(
            [
                _place_sentence(place, words, u[5], u[6]),
                filled(pick(topic.issue, u[7]), words),
                filled(_task_frame(topic, kind, u[8]), {"a": filled(task[0], words), "b": filled(task[1], words)}),
                _host_sentence(host, frequency, words, u[9]),
                *([] if kind == "trial" else _closing(topic, u[10], u[11])),
            ]
        ),
        goals=goals[: 2 if topic.field else 3],
    )


def _place_words(place: int) -> dict[str, object]:
    here = places()
    population = int(here.population[place])
    return {
        "name": here.name[place],
        "k": here.type[place],
        "pref": here.prefecture_name[place],
        "pop": f"{round(population, -2 if population >= 1000 else -1):,}",
        "area": f"{here.area_km2[place]:.0f}",
        "aging": f"{here.aging_pct[place]:.0f}",
        "snow": f"{round(float(here.snow_cm[place]), -1):.0f}",
        "fruit": fruit_of(str(here.prefecture[place])),
        "hall": {"市": "市役所"}.get(here.type[place], "役場"),
    }


def _place_sentence(place: int, words: dict[str, object], which: float, special: float) -> str:
    here, frames = places(), posting_frames()
    if here.island[place] and special < 0.7:
        return filled(pick(frames.island, which), words)
    if here.snow_cm[place] >= _SNOWY_CM and special < 0.4:
        return filled(pick(frames.snow, which), words)
    return filled(pick(frames.place, which), words)


def _task_frame(topic: Topic, kind: CallKind, u: float) -> str:
    frames = posting_frames()
    if topic.field:
        return pick(frames.task_kigyojin, u)
    return pick({"mission": frames.task, "free_mission": frames.task_free, "trial": frames.task_trial}[kind], u)


def _host_sentence(host: str | None, frequency: str | None, words: dict[str, object], u: float) -> str:
    if host is None or frequency not in _FREQUENCY_JA:
        return ""
    name = _HOST_JA[host].replace("役場", str(words["hall"]))
    return filled(pick(posting_frames().host, u), {"host": name, "freq": _FREQUENCY_JA[frequency]})


def _closing(topic: Topic, u: float, v: float) -> list[str]:
    frames = posting_frames()
    first, second = two_of(frames.close_kigyojin if topic.field else frames.close, u, v)
    return [first] if v < 0.5 else [first, second]
