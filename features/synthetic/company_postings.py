"""地域活性化起業人 postings of the sample market."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.records import Posting
from features.synthetic.columns import Columns, rows, some_unknown
from features.synthetic.draws import at, clipped_normal, indices, pick, quota_labels
from features.synthetic.parameters import normal, shares
from features.synthetic.places import kigyojin_places, places
from features.synthetic.posting_conditions import calendar_columns, host_columns, host_readiness
from features.synthetic.posting_texts import N_UNIFORMS, call_text
from features.synthetic.postings import DrawnPostings, zones_of
from features.synthetic.texts import company_topics

__all__ = ["draw_company_postings", "field_topics"]

_DEMANDS = {
    "dispatch": {"min_onsite_days_per_month": 10.0},
    "sidejob": {"min_days_per_month": 4.0, "min_hours_per_month": 20.0, "min_onsite_days_per_month": 1.0},
    "senior": {"min_days_per_month": 4.0},
}
_DEMAND_NAMES = ("min_days_per_month", "min_hours_per_month", "min_onsite_days_per_month")
_STEPS = (("書類選考", "オンライン面談"), ("書類選考", "オンライン面談", "現地面接"), ("企業との協議", "協定の締結"))


def draw_company_postings(rng: np.random.Generator, n: int) -> DrawnPostings:
    """``n`` open 起業人 postings with ids ``g001`` …

    Parameters
    ----------
    rng : numpy.random.Generator
        The only source of chance.
    n : int
        Number of postings.
    """
    place = kigyojin_places(rng, n)
    topic = field_topics(rng, n)
    subtype = quota_labels(rng, shares("kigyojin_subtype"), n)
    host = host_columns(rng, at(company_topics(), topic))
    told = some_unknown(rng, host, shares("unknown_posting"))
    calendar = calendar_columns(rng, n)
    columns: Columns = {
        "posting_id": [f"g{row:03d}" for row in range(1, n + 1)],
        "program": ["kigyojin"] * n,
        "municipality_code": [places().code[p] for p in place.tolist()],
        "zone": list(zones_of(rng, place)),
        "headcount": [1 if u < 0.85 else 2 for u in rng.random(n).tolist()],
        "subtypes": [(kind,) for kind in subtype],
        "fields": [(chosen.field,) for chosen in at(company_topics(), topic)],
        "term_months": [int(label) for label in quota_labels(rng, shares("kigyojin_term"), n)],
        **{name: [_DEMANDS[kind].get(name) for kind in subtype] for name in _DEMAND_NAMES},
        **{name: calendar[name] for name in ("start_date", "deadline", "as_of")},
        "agreed_burden_yen_year": _burden(rng, subtype),
        "required_licences": [()] * n,
        "required_languages": [()] * n,
        **_skills(rng, topic),
        "selection_steps": [pick(_STEPS[2:] if kind == "dispatch" else _STEPS[:2], 0.0) for kind in subtype],
        "trial": ["none"] * n,
        "host": [
            {"type": kind, "contact_frequency": frequency, "briefed_residents": briefed, "peers": peers}
            for kind, frequency, briefed, peers in zip(*told.values(), strict=True)
        ],
        **_words(rng, place, topic, told),
    }
    records = tuple(Posting.model_validate(row) for row in rows(some_unknown(rng, columns, {"start_date": 0.05})))
    return DrawnPostings(records=records, place=place, topic=topic, readiness=host_readiness(host))


def field_topics(rng: np.random.Generator, n: int) -> NDArray[np.int64]:
    """Topic rows in the shares of the 起業人 fields, ``(n,)`` int64."""
    row_of = {topic.field: row for row, topic in enumerate(company_topics())}
    labels = quota_labels(rng, shares("kigyojin_field"), n)
    by_name = {str(field): row for field, row in row_of.items()}
    return np.array([by_name[label] for label in labels], dtype=np.int64)


def _burden(rng: np.random.Generator, subtype: list[str]) -> list[object]:
    dispatched = clipped_normal(rng, normal("kigyojin_burden_yen"), len(subtype)).tolist()
    fees = clipped_normal(rng, normal("kigyojin_fee_yen"), len(subtype)).tolist()
    return [whole if kind == "dispatch" else fee for whole, fee, kind in zip(dispatched, fees, subtype, strict=True)]


def _skills(rng: np.random.Generator, topic: NDArray[np.int64]) -> Columns:
    required = quota_labels(rng, shares("required_skill_count"), len(topic))
    skills = [chosen.skills for chosen in at(company_topics(), topic)]
    return {
        "required_skills": [row[: int(count)] for row, count in zip(skills, required, strict=True)],
        "preferred_skills": [row[1:3] for row in skills],
    }


def _words(rng: np.random.Generator, place: NDArray[np.int64], topic: NDArray[np.int64], host: Columns) -> Columns:
    uniforms = rng.random((len(place), N_UNIFORMS))
    calls = [
        call_text(chosen, spot, u, host=str(kind) if kind else None, frequency=str(frequency), kind="mission")
        for chosen, spot, u, kind, frequency in zip(
            at(company_topics(), topic),
            indices(place),
            uniforms,
            host["host_type"],
            host["contact_frequency"],
            strict=True,
        )
    ]
    return {
        "title": [call.title for call in calls],
        "mission_text": [call.mission_text for call in calls],
        "goals": [call.goals for call in calls],
    }
