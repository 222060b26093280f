"""A score between 0 and 1 with its interval, or a chance, as a small picture that is also read aloud."""

from __future__ import annotations

from markupsafe import Markup

__all__ = ["chance_bar", "chance_words", "score_bar"]

_WIDTH = 240
_CHANCE_WIDTH, _TENTHS = 120, 10


def score_bar(what: str, score: float, low: float, high: float) -> Markup:
    """An SVG bar of ``score`` with a bracket from ``low`` to ``high`` under it; values beyond 0 to 1 are cut off.

    ``what`` is the score's name, 重なり for a coordinator and 合い具合 for an applicant.

    Examples
    --------
    >>> "重なり 0.72、幅 0.60から0.81" in score_bar("重なり", 0.72, 0.6, 0.81)
    True
    """
    filled, left, right = (_WIDTH * min(max(value, 0.0), 1.0) for value in (score, low, high))
    words = f"{what} {score:.2f}、幅 {low:.2f}から{high:.2f}"
    bracket = f"M{left:.1f} 15v6M{left:.1f} 18H{right:.1f}M{right:.1f} 15v6"
    return Markup(  # noqa: S704 -- numbers only
        f'<svg class="bar" viewBox="-1 0 {_WIDTH + 2} 22" width="{_WIDTH + 2}" height="22" role="img" '
        f'aria-label="{words}"><rect class="bar-track" width="{_WIDTH}" height="11" rx="2"/>'
        f'<rect class="bar-value" width="{filled:.1f}" height="11" rx="2"/>'
        f'<path class="bar-range" d="{bracket}"/></svg>'
    )


def chance_bar(value: float) -> Markup:
    """Ten small blocks, of which as many are filled as tenths of the cases a seat is expected in.

    Examples
    --------
    >>> "10回に7回ほど" in chance_bar(0.66)
    True
    """
    filled, step = _tenths(value), _CHANCE_WIDTH / _TENTHS
    blocks = "".join(
        f'<rect class="{"bar-chance" if k < filled else "bar-track"}" x="{k * step:.0f}" width="{step - 2:.0f}" '
        f'height="11" rx="2"/>'
        for k in range(_TENTHS)
    )
    return Markup(  # noqa: S704 -- numbers only
        f'<svg class="bar" viewBox="-1 0 {_CHANCE_WIDTH} 13" width="{_CHANCE_WIDTH}" height="13" role="img" '
        f'aria-label="見込み {chance_words(value)}">{blocks}</svg>'
    )


def chance_words(value: float) -> str:
    """A chance in tenths, because it is known no better.

    Examples
    --------
    >>> chance_words(0.66), chance_words(0.02), chance_words(0.99)
    ('10回に7回ほど', '10回に1回未満', 'ほぼ毎回')
    """
    tenths = _tenths(value)
    return {0: "10回に1回未満", _TENTHS: "ほぼ毎回"}.get(tenths, f"10回に{tenths}回ほど")


def _tenths(value: float) -> int:
    return round(min(max(value, 0.0), 1.0) * _TENTHS)
