"""地域おこし協力隊 postings of the sample market: conditions in their calibrated shares, and the words of a call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.records import Posting
from features.synthetic.columns import Columns, rows, some_unknown
from features.synthetic.draws import at, indices, known_mask, pick, quota, quota_labels
from features.synthetic.parameters import number, shares
from features.synthetic.places import places, posting_places
from features.synthetic.posting_conditions import (
    calendar_columns,
    condition_columns,
    host_columns,
    host_readiness,
    licence_column,
    screening_columns,
)
from features.synthetic.posting_texts import N_UNIFORMS, CallKind, call_text
from features.synthetic.texts import Topic, member_topics
from features.synthetic.trial_calls import with_trial_calls

__all__ = ["DrawnPostings", "draw_member_postings", "zones_of"]


@dataclass(frozen=True, eq=False)
class DrawnPostings:
    """Postings and their latent side, ``(m,)`` each: municipality row, topic, readiness of the host in ``[-1, 1]``."""

    records: tuple[Posting, ...]
    place: NDArray[np.int64]
    topic: NDArray[np.int64]
    readiness: NDArray[np.float64]


def draw_member_postings(rng: np.random.Generator, n: int) -> DrawnPostings:
    """``n`` open 協力隊 postings with ids ``k0001`` …

    Parameters
    ----------
    rng : numpy.random.Generator
        The only source of chance.
    n : int
        Number of postings.
    """
    place = posting_places(rng, n)
    topic = _topics(rng, place)
    topics = at(member_topics(), topic)
    host = host_columns(rng, topics)
    conditions = condition_columns(rng, n)
    columns: Columns = {
        "posting_id": [f"k{row:04d}" for row in range(1, n + 1)],
        "program": ["kyoryokutai"] * n,
        "municipality_code": list(at(places().code, place)),
        "zone": list(zones_of(rng, place)),
        "headcount": [int(label) for label in quota_labels(rng, shares("seats"), n)],
        **_missions(rng, topics),
        **conditions,
        **calendar_columns(rng, n),
        **screening_columns(rng, n),
        "required_licences": licence_column(rng, conditions["vehicle"], topics),
        "trial": list(quota_labels(rng, shares("trial_call"), n)),
        "own_funds": (~known_mask(rng, number("own_funds"), n)).tolist(),
    }
    columns = some_unknown(rng, columns, shares("unknown_posting"))
    told = some_unknown(rng, host, shares("unknown_posting"))
    columns["host"] = [
        {"type": kind, "contact_frequency": frequency, "briefed_residents": briefed, "peers": peers}
        for kind, frequency, briefed, peers in zip(*told.values(), strict=True)
    ]
    columns["housing_subsidy_max_yen"] = [
        cap if kind == "subsidy" else None
        for cap, kind in zip(columns["housing_subsidy_max_yen"], columns["housing"], strict=True)
    ]
    columns |= _words(rng, place, topics, told, _kinds(columns))
    columns = with_trial_calls(rng, columns)
    records = tuple(Posting.model_validate(row) for row in rows(columns))
    return DrawnPostings(records=records, place=place, topic=topic, readiness=host_readiness(host))


def zones_of(rng: np.random.Generator, place: NDArray[np.int64]) -> list[str]:
    """District of the work place: told by the municipality's kind, drawn where it is partly disadvantaged."""
    kinds = places().kind[place].tolist()
    drawn = quota_labels(rng, shares("zone_of_partial_posting"), len(place))
    fixed = {"A": "inside", "U": "outside"}
    return [fixed.get(kind, zone) for kind, zone in zip(kinds, drawn, strict=True)]


def _topics(rng: np.random.Generator, place: NDArray[np.int64]) -> NDArray[np.int64]:
    """A topic of each posting's activity that its municipality can offer (no sea fishing inland)."""
    topics, here = member_topics(), places()
    mix = shares("activity_mix")
    activities = quota(rng, np.array(list(mix.values())), len(place))
    names = list(mix)
    chosen = np.empty(len(place), dtype=np.int64)
    for row, (spot, activity, u) in enumerate(
        zip(place.tolist(), activities.tolist(), rng.random(len(place)), strict=True)
    ):
        options = [
            row_of
            for row_of, topic in enumerate(topics)
            if topic.activity == names[activity] and (topic.place is None or here.can_offer[topic.place][spot])
        ]
        chosen[row] = pick(options, u)
    return chosen


def _missions(rng: np.random.Generator, topics: Sequence[Topic]) -> Columns:
    n = len(topics)
    extra = quota_labels(rng, shares("second_activities"), n)
    kinds = quota_labels(rng, shares("subtype"), n)
    startup = ~known_mask(rng, number("startup_share"), n)
    asked = rng.random(n) < number("required_languages")
    levels = rng.random((n, 2))
    return {
        "activities": [(t.activity, *t.also[: int(k)]) for t, k in zip(topics, extra, strict=True)],
        "subtypes": [(kind, "startup") if new else (kind,) for kind, new in zip(kinds, startup.tolist(), strict=True)],
        "required_languages": [
            ({"code": pick(t.languages, u), "cefr": "B2" if v < 0.5 else "B1"},) if t.languages and ask else ()
            for t, ask, (u, v) in zip(topics, asked.tolist(), levels.tolist(), strict=True)
        ],
        "required_skills": _skills(rng, topics, "required_skill_count", 0),
        "preferred_skills": _skills(rng, topics, "preferred_skill_count", 1),
    }


def _skills(rng: np.random.Generator, topics: Sequence[Topic], count: str, first: int) -> list[object]:
    """Skills of the topic from ``first`` on, round the list: what is required comes before what is welcome."""
    counts = quota_labels(rng, shares(count), len(topics))
    return [
        tuple(topic.skills[(first + k) % len(topic.skills)] for k in range(int(n)))
        for topic, n in zip(topics, counts, strict=True)
    ]


def _words(
    rng: np.random.Generator,
    place: NDArray[np.int64],
    topics: Sequence[Topic],
    host: Columns,
    kinds: Sequence[CallKind],
) -> Columns:
    uniforms = rng.random((len(place), N_UNIFORMS))
    calls = [
        call_text(topic, spot, u, host=receiver, frequency=frequency, kind=kind)
        for topic, spot, u, receiver, frequency, kind in zip(
            topics, indices(place), uniforms, host["host_type"], host["contact_frequency"], kinds, strict=True
        )
    ]
    return {
        "title": [call.title for call in calls],
        "mission_text": [call.mission_text for call in calls],
        "goals": [call.goals for call in calls],
    }


def _kinds(columns: Columns) -> list[CallKind]:
    return [
        "trial" if trial != "none" else "free_mission" if "free_mission" in str(subtypes) else "mission"
        for trial, subtypes in zip(columns["trial"], columns["subtypes"], strict=True)
    ]
