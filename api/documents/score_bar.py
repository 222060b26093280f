"""A score between 0 and 1 with its interval, as a small picture that is also read aloud."""

from __future__ import annotations

from markupsafe import Markup

__all__ = ["score_bar"]

_WIDTH = 240


def score_bar(score: float, low: float, high: float) -> Markup:
    """An SVG bar of ``score`` with a bracket from ``low`` to ``high`` under it; values beyond 0 to 1 are cut off.

    Examples
    --------
    >>> "適合度 0.72、幅 0.60から0.81" in score_bar(0.72, 0.6, 0.81)
    True
    """
    filled, left, right = (_WIDTH * min(max(value, 0.0), 1.0) for value in (score, low, high))
    words = f"適合度 {score:.2f}、幅 {low:.2f}から{high:.2f}"
    bracket = f"M{left:.1f} 15v6M{left:.1f} 18H{right:.1f}M{right:.1f} 15v6"
    return Markup(  # noqa: S704 -- numbers only
        f'<svg class="bar" viewBox="-1 0 {_WIDTH + 2} 22" width="{_WIDTH + 2}" height="22" role="img" '
        f'aria-label="{words}"><rect class="bar-track" width="{_WIDTH}" height="11" rx="2"/>'
        f'<rect class="bar-value" width="{filled:.1f}" height="11" rx="2"/>'
        f'<path class="bar-range" d="{bracket}"/></svg>'
    )
