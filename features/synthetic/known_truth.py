"""The truth itself: effects as ``outcome_truth.toml`` has them, bases solved so that the published totals are met."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from features.synthetic.outcome_truth import LAST_MONTHS, OutcomeTruth
from features.synthetic.year_draws import FILE, Sizes, draw_years

__all__ = ["known_truth", "solved_truth", "unsolved_truth"]

Reals = npt.NDArray[np.float64]

_REFERENCE_SEED: Final = 20261126
_REFERENCE: Final = Sizes(years=1, people=1500, postings=150, municipalities=150)
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(21)
_SHARES: Final = _WEIGHTS / _WEIGHTS.sum()


@lru_cache(maxsize=1)
def known_truth() -> OutcomeTruth:
    """The truth of ``outcome_truth.toml``, its bases solved so that the twin meets the published totals.

    The totals are those of people whom officers placed; a fixed draw of 1,500 of them stands for all.

    Examples
    --------
    >>> known_truth().exit_codes
    ('community', 'administration', 'income', 'host', 'family', 'other_work')
    """
    unsolved = unsolved_truth()
    (year,) = draw_years(_REFERENCE_SEED, _REFERENCE, unsolved)
    placed = np.flatnonzero(year.assigned >= 0)
    return solved_truth(unsolved, year.terms[placed, year.assigned[placed]])


def solved_truth(unsolved: OutcomeTruth, rows: Reals) -> OutcomeTruth:
    """The truth with the bases by which people placed with terms ``(n, K)``, n at least 1, meet the totals."""
    # officers see neither, so what a place and a person add is normal whatever the terms are: no draw is needed
    hidden = np.hypot(unsolved.place_sd, unsolved.person_sd) * _NODES
    score = (rows @ unsolved.effects)[:, None] + hidden
    gone = FILE.shares("gone_by_month")
    log_stay, base, before = np.zeros(score.shape), list[float](), 0
    for last in LAST_MONTHS:
        base.append(_solved_base(score, log_stay, last - before, 1.0 - gone[str(last)]))
        log_stay, before = log_stay - (last - before) * np.logaddexp(0.0, -(base[-1] + score)), last
    settling = (rows @ unsolved.settling_effects)[:, None] + hidden
    settled = sum(FILE.shares("settled_after_term").values())
    settling_base = _solved_settling(settling, np.exp(log_stay), settled)
    return replace(unsolved, base=np.array(base), settling_base=settling_base)


def unsolved_truth() -> OutcomeTruth:
    """Effects and noise as the file has them, all bases 0."""
    staying, settling = FILE.shares("staying_contrasts"), FILE.shares("settling_contrasts")
    reach = {term: FILE.shares(f"term_{term}")["reach"] for term in staying}
    settled, works = FILE.shares("settled_after_term"), FILE.shares("work_of_settled")
    exits = {**FILE.shares("exit_reasons"), **FILE.shares("exit_reasons_assumed")}
    exit_shares, work_shares = (np.array(list(table.values())) for table in (exits, works))
    return OutcomeTruth(
        terms=tuple(staying),
        effects=np.array([contrast / reach[term] for term, contrast in staying.items()]),
        settling_effects=np.array([settling[term] / reach[term] for term in staying]),
        base=np.zeros(len(LAST_MONTHS)),
        settling_base=0.0,
        place_sd=FILE.number("place_sd"),
        person_sd=FILE.number("person_sd"),
        same_share=settled["same"] / sum(settled.values()),
        exit_codes=tuple(exits),
        exit_shares=exit_shares / exit_shares.sum(),
        works=tuple(works),
        work_shares=work_shares / work_shares.sum(),
    )


def _solved_base(score: Reals, log_stay: Reals, months: int, target: float) -> float:
    def excess(base: float) -> float:
        stay = np.exp(log_stay - months * np.logaddexp(0.0, -(base + score)))
        return float((stay @ _SHARES).mean()) - target

    return float(brentq(excess, -30.0, 30.0, xtol=1e-10))


def _solved_settling(score: Reals, weight: Reals, target: float) -> float:
    def excess(base: float) -> float:
        settles = weight / (1.0 + np.exp(-(base + score)))
        return float((settles @ _SHARES).sum() / (weight @ _SHARES).sum()) - target

    return float(brentq(excess, -30.0, 30.0, xtol=1e-10))
