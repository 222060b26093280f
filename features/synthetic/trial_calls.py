"""Calls that are themselves a try-out: おためし地域おこし協力隊 of two nights, or an internship of some months."""

from __future__ import annotations

import numpy as np

from features.synthetic.columns import Columns
from features.synthetic.draws import quota_labels
from features.synthetic.parameters import shares
from features.synthetic.texts import posting_frames

__all__ = ["with_trial_calls"]

_NOT_TOLD = (
    *("contract_type", "monthly_pay_yen", "bonus", "housing_subsidy_max_yen"),
    *("hours_per_week", "side_job", "goals"),
)


def with_trial_calls(rng: np.random.Generator, columns: Columns) -> Columns:
    """A copy of the posting columns in which a small share are try-outs: short, lodged, without conditions of work.

    ``trial`` says what the call itself is; a try-out offered before a member is appointed is a step of the selection.
    """
    n = len(columns["posting_id"])
    trial = quota_labels(rng, shares("trial_call"), n)
    months = quota_labels(rng, shares("intern_months"), n)
    changed: Columns = {name: list(values) for name, values in columns.items()}
    changed["trial"] = list(trial)
    for row, kind in enumerate(trial):
        if kind == "none":
            continue
        for name in _NOT_TOLD:
            changed[name][row] = None
        changed["term_months"][row] = int(months[row]) if kind == "intern" else None
        changed["housing"][row], changed["selection_steps"][row] = "provided", ("書類選考", "オンライン面談")
        words = posting_frames().trial[kind]
        changed["title"][row] = f"{changed['title'][row]}{words.title}"
        # the closing sentence of a call for members does not fit a short stay
        kept = str(changed["mission_text"][row]).split("。")[:-2]
        changed["mission_text"][row] = "。".join((*kept, words.sentence.format(months=months[row])))
    return changed
