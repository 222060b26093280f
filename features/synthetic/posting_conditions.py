"""Conditions of a 地域おこし協力隊 posting in their calibrated shares: pay, housing, car, calendar, screening, host."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from features.synthetic.columns import Columns, by_group
from features.synthetic.draws import clipped_normal, known_mask, pick, quota_labels
from features.synthetic.parameters import date_text, normal, number, shares
from features.synthetic.texts import Topic, posting_frames

__all__ = [
    "AT_LICENCE",
    "MT_LICENCE",
    "calendar_columns",
    "condition_columns",
    "host_columns",
    "host_readiness",
    "licence_column",
    "sample_date",
    "screening_columns",
]

AT_LICENCE = "普通自動車免許（AT限定可）"
MT_LICENCE = "普通自動車免許（MT）"
_TRIAL_STEP = {"otameshi": ("おためし参加",), "intern": ("インターン参加",)}
_READINESS = {"daily": 0.5, "weekly": 0.5, "monthly": 0.0, "rarely": -0.5, "undefined": -0.25}


def sample_date() -> date:
    """The day on which the sample market is looked at."""
    return date.fromisoformat(date_text("today"))


def host_columns(rng: np.random.Generator, topics: Sequence[Topic]) -> Columns:
    """Who receives the member, how often they talk, whether residents know, how many peers there are."""
    n = len(topics)
    briefed = {"yes": True, "no": False, "unknown": None}
    return {
        "host_type": [pick(topic.host, u) for topic, u in zip(topics, rng.random(n), strict=True)],
        "contact_frequency": list(quota_labels(rng, shares("contact_frequency"), n)),
        "briefed_residents": [briefed[label] for label in quota_labels(rng, shares("briefed_residents"), n)],
        "peers": rng.poisson(number("peers_mean"), n).tolist(),
    }


def host_readiness(host: Columns) -> NDArray[np.float64]:
    """Latent readiness of the host in ``[-1, 1]``, ``(m,)``: contact, briefed residents, peers."""
    contact = np.array([_READINESS[str(frequency)] for frequency in host["contact_frequency"]])
    briefed = np.array([0.3 if value else -0.3 if value is False else 0.0 for value in host["briefed_residents"]])
    peers = np.array([0.2 if peers else -0.2 for peers in host["peers"]])
    readiness: NDArray[np.float64] = contact + briefed + peers
    return readiness


def condition_columns(rng: np.random.Generator, n: int) -> Columns:
    """Contract, pay, bonus, housing, car, hours and side job; contract type decides pay, hours and side job."""
    contract = quota_labels(rng, shares("contract_type"), n)
    is_direct = np.array([label == "kaikei_nendo" for label in contract], dtype=np.bool_)
    pay = np.where(
        is_direct, clipped_normal(rng, normal("pay_direct_yen"), n), clipped_normal(rng, normal("pay_contract_yen"), n)
    )
    bonus = by_group(rng, is_direct, {"yes": number("bonus_direct"), "no": 1 - number("bonus_direct")}, {"no": 1.0})
    housing = quota_labels(rng, shares("housing"), n)
    subsidy = clipped_normal(rng, normal("housing_subsidy_yen"), n).tolist()
    month = shares("hours_contract_month")
    contract_hours = np.round(rng.uniform(month["low"], month["high"], n) * 12 / 52, 1).tolist()
    direct_hours = quota_labels(rng, shares("hours_direct"), n)
    return {
        "contract_type": list(contract),
        "monthly_pay_yen": pay.tolist(),
        "bonus": [label == "yes" for label in bonus],
        "housing": list(housing),
        "housing_subsidy_max_yen": [
            cap if kind == "subsidy" else None for cap, kind in zip(subsidy, housing, strict=True)
        ],
        "vehicle": list(quota_labels(rng, shares("vehicle"), n)),
        "hours_per_week": [
            float(direct) if is_employee else free
            for direct, free, is_employee in zip(direct_hours, contract_hours, is_direct.tolist(), strict=True)
        ],
        "side_job": list(by_group(rng, is_direct, shares("side_job_direct"), shares("side_job_contract"))),
    }


def calendar_columns(rng: np.random.Generator, n: int) -> Columns:
    """Term, start, deadline (a working day, three weeks before the start) and the date of the facts."""
    start = [date.fromisoformat(label) for label in quota_labels(rng, shares("start_date"), n)]
    span = shares("deadline_days")
    days = rng.integers(int(span["low"]), int(span["high"]) + 1, n).tolist()
    closes = [
        _workday(min(sample_date() + timedelta(days=d), s - timedelta(days=21)))
        for d, s in zip(days, start, strict=True)
    ]
    has_deadline = known_mask(rng, number("no_deadline"), n).tolist()
    age = np.where(~known_mask(rng, number("stale_share"), n), rng.integers(31, 120, n), rng.integers(0, 31, n))
    return {
        "term_months": [int(label) for label in quota_labels(rng, shares("term_months"), n)],
        "start_date": list(start),
        "deadline": [day if told else None for day, told in zip(closes, has_deadline, strict=True)],
        "as_of": [sample_date() - timedelta(days=days) for days in age.tolist()],
    }


def _workday(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


def screening_columns(rng: np.random.Generator, n: int) -> Columns:
    """Steps of the selection; some calls offer a try-out as a step before the last interview."""
    on_site = known_mask(rng, 1 - number("on_site_interview"), n).tolist()
    offered = quota_labels(rng, shares("trial_step"), n)
    steps = [pick(posting_frames().steps, u) for u in rng.random(n).tolist()]
    return {
        "selection_steps": [
            (*row[:-1], *_TRIAL_STEP.get(trial, ()), "現地面接" if here else "オンライン最終面接")
            for row, trial, here in zip(steps, offered, on_site, strict=True)
        ]
    }


def licence_column(rng: np.random.Generator, vehicle: Sequence[object], topics: Sequence[Topic]) -> list[object]:
    """Driving licences in exact shares, not asked first where no car is needed; and the licence a mission needs."""
    n = len(vehicle)
    needs_car = np.array([kind not in ("bicycle_ok", "none") for kind in vehicle], dtype=np.bool_)
    shuffled = rng.permutation(n)
    order = shuffled[np.argsort(needs_car[shuffled], kind="stable")]
    wanted = shares("driving_licence")
    labels = np.empty(n, dtype=object)
    n_none = round(wanted["none"] * n)
    labels[order[:n_none]] = ""
    labels[order[n_none:]] = quota_labels(rng, {AT_LICENCE: wanted["at"], MT_LICENCE: wanted["mt"]}, n - n_none)
    needed = shares("topic_licence_required")
    return [
        tuple(filter(None, (str(driving), pick(t.licences, v) if u < needed.get(t.key, 0.0) else "")))
        for driving, t, (u, v) in zip(labels, topics, rng.random((n, 2)).tolist(), strict=True)
    ]
