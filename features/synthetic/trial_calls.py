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
    """A copy of the posting columns in which calls with a ``trial`` are short, lodged, without conditions of work.

    ``trial`` says what the call itself is; a try-out offered before a member is appointed is a step of the selection.
    """
    trial = [str(kind) for kind in columns["trial"]]
    months = quota_labels(rng, shares("intern_months"), len(trial))
    changed: Columns = {name: list(values) for name, values in columns.items()}
    for row, kind in enumerate(trial):
        if kind == "none":
            continue
        for name in _NOT_TOLD:
            changed[name][row] = None
        changed["term_months"][row] = int(months[row]) if kind == "intern" else None
        changed["housing"][row], changed["selection_steps"][row] = "provided", ("書類選考", "オンライン面談")
        words = posting_frames().trial[kind]
        changed["title"][row] = f"{changed['title'][row]}{words.title}"
        changed["mission_text"][row] = f"{changed['mission_text'][row]}{words.sentence.format(months=months[row])}"
    return changed
