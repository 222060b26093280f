"""One page that tells an evaluation to people: no scripts, nothing from elsewhere, readable without colour."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from features.evaluation.bootstrap import Interval
from features.evaluation.fairness import FEWEST
from features.evaluation.figures import report_figures
from features.evaluation.overlap import LEAST_CHANCE, LEAST_EFFECTIVE, LEAST_SUPPORTED
from features.evaluation.season_evaluation import TOP, SeasonEvaluation
from features.evaluation.twin_season import TrueValue
from features.smallest_told import SMALLEST_TOLD

__all__ = ["evaluation_page"]

_PLANS: Final = {
    "engine": ("エンジンの割当", "engine"),
    "greedy": ("先着順（来た順に最もよい所へ）", "first come, first served"),
    "random": ("くじ引き", "lottery"),
    "status_quo": ("実際の配置", "as it was done"),
}
_MEASURES: Final = {
    "exposure": ("一覧での目に留まりやすさ", "exposure", "score"),
    "short_listed": (f"どれかの一覧で上位{TOP}人に入る", f"in the first {TOP} of some list", "share"),
    "placed": ("割当で席がある", "placed by the plan", "share"),
    "expected_stay": ("割当先で12か月後も残る見込み", "expected to stay under the plan", "share"),
    "stayed_as_done": ("実際に残った", "stayed, as it was done", "share"),
    "came_less_told": ("実際 − 予測（0なら見込みどおり）", "came less told", "points"),
}


def evaluation_page(
    found: SeasonEvaluation, *, source: str, provenance: Mapping[str, str], truth: TrueValue | None = None
) -> str:
    """The report as HTML.

    Parameters
    ----------
    found : SeasonEvaluation
    source : str
        What was evaluated, a sentence in Japanese.
    provenance : mapping of str to str
        Printed at the foot, as it is.
    truth : TrueValue, optional
        Told beside the estimates where the season is one of the twin.

    Raises
    ------
    EvaluationError
        Without matplotlib.
    """
    figures = {name: Markup(svg) for name, svg in report_figures(found).items()}  # noqa: S704 -- drawn here, no input
    return _template().render(
        found=found,
        truth=truth,
        source=source,
        provenance=provenance,
        figures=figures,
        plans=_PLANS,
        measures=_MEASURES,
        told=_told,
        least_chance=LEAST_CHANCE,
        least_supported=LEAST_SUPPORTED,
        least_effective=LEAST_EFFECTIVE,
        fewest=FEWEST,
        smallest_told=SMALLEST_TOLD,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("features.evaluation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(share=_share, gain=_gain, ends=_ends, gain_ends=_gain_ends)
    return environment.get_template("report.html.j2")


def _share(value: float) -> str:
    return f"{value:.1%}".replace("%", " %")


def _gain(value: float) -> str:
    """People in a hundred, with a sign."""
    return f"{100 * value:+.1f}".replace("-", "−")


def _ends(found: Interval) -> str:
    return f"{_share(found.low)} 〜 {_share(found.high)}"


def _gain_ends(found: Interval) -> str:
    return f"{_gain(found.low)} 〜 {_gain(found.high)}"


def _told(found: Interval, kind: str) -> str:
    """A group's mean with its interval, in the unit of the measure."""
    if kind == "score":
        return f"{found.estimate:.3f}（{found.low:.3f} 〜 {found.high:.3f}）"
    if kind == "points":
        return f"{_gain(found.estimate)}（{_gain_ends(found)}）"
    return f"{_share(found.estimate)}（{_ends(found)}）"
