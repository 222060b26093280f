"""A share of 1, a score with its interval or a chance as a small picture, for pages and papers alike."""

from __future__ import annotations

from markupsafe import Markup

__all__ = ["bar", "chance_bar", "chance_words", "score_bar"]

_WIDTH, _HEIGHT, _BELOW = 240, 11, 10  # below: the bracket
_CHANCE_WIDTH, _TENTHS = 120, 10


def bar(share: float, span: tuple[float, float] | None = None, *, words: str = "", width: int = _WIDTH) -> Markup:
    """An SVG bar; what lies beyond 0 to 1 is cut off.

    Parameters
    ----------
    share : float
    span : (low, high), optional
        As a bracket under the bar.
    words : str, optional
        What a screen reader says; without words the number must stand beside the bar.
    width : int, optional
        Of the whole, in pixels.

    Examples
    --------
    >>> 'class="bar-value" width="60.0"' in bar(0.25)
    True
    """
    spoken = Markup('role="img" aria-label="{}"').format(words) if words else Markup('aria-hidden="true"')
    filled, left, right = (width * _cut(value) for value in (share, *(span or (0.0, 0.0))))
    bracket = f'<path class="bar-range" d="M{left:.1f} 15v6M{left:.1f} 18H{right:.1f}M{right:.1f} 15v6"/>'
    height = _HEIGHT + (0 if span is None else _BELOW)
    return Markup(  # noqa: S704 -- numbers only
        f'<svg class="bar" viewBox="-1 -1 {width + 2} {height + 2}" width="{width + 2}" height="{height + 2}" {spoken}>'
        f'<rect class="bar-track" width="{width}" height="{_HEIGHT}" rx="2"/>'
        f'<rect class="bar-value" width="{filled:.1f}" height="{_HEIGHT}" rx="2"/>'
        f"{'' if span is None else bracket}</svg>"
    )


def score_bar(what: str, score: float, low: float, high: float) -> Markup:
    """A bar of ``score`` with a bracket from ``low`` to ``high``, named in Japanese.

    ``what`` is the score's name, 重なり for a coordinator and 合い具合 for an applicant.

    Examples
    --------
    >>> "重なり 0.72、幅 0.60から0.81" in score_bar("重なり", 0.72, 0.6, 0.81)
    True
    """
    return bar(score, (low, high), words=f"{what} {score:.2f}、幅 {low:.2f}から{high:.2f}")


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
        f'height="{_HEIGHT}" rx="2"/>'
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
    return round(_cut(value) * _TENTHS)


def _cut(value: float) -> float:
    return min(max(value, 0.0), 1.0)
