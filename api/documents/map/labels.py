"""Names beside the biggest circles, placed so that none covers another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.documents.text_width import display_width

__all__ = ["Box", "Label", "Spot", "place_labels"]

_FONT = 13.0
_HALF_WIDTH = _FONT / 2


@dataclass(frozen=True)
class Spot:
    """A circle that asks for a name."""

    name: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Box:
    """A rectangle, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Whether the two share any area."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def is_within(self, other: Box) -> bool:
        """Whether this box lies in ``other``."""
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.top <= self.top
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True)
class Label:
    """A name with the left end of its base line."""

    name: str
    x: float
    y: float


def place_labels(
    spots: Iterable[Spot], *, within: Box, taken: Sequence[Box], most: int, corners: bool = False
) -> tuple[Label, ...]:
    """Place names greedily in the order given: right, left, above or below their circle, or not at all.

    Parameters
    ----------
    spots : iterable of Spot
        Most important first.
    within : Box
        The picture.
    taken : sequence of Box
        Places that stay free: legend, title, frames.
    most : int
        Names at most.
    corners : bool, default False
        Whether a name may also begin or end above its circle, where nothing else has room.
    """
    used, labels = list(taken), list[Label]()
    for spot in spots:
        if len(labels) == most:
            break
        for box in (*_choices(spot), *(_corners(spot) if corners else ())):
            if box.is_within(within) and not any(box.overlaps(other) for other in used):
                used.append(box)
                labels.append(Label(spot.name, box.left, box.bottom - 3))
                break
    return tuple(labels)


def _size(spot: Spot) -> tuple[float, float, float]:
    return display_width(spot.name) * _HALF_WIDTH, _FONT + 3, spot.radius + 3


def _corners(spot: Spot) -> tuple[Box, ...]:
    width, height, away = _size(spot)
    top, bottom = spot.y - away - height, spot.y - away
    return Box(spot.x - away, top, spot.x - away + width, bottom), Box(
        spot.x + away - width, top, spot.x + away, bottom
    )


def _choices(spot: Spot) -> tuple[Box, ...]:
    width, height, away = _size(spot)
    middle, centred = spot.y - height / 2, spot.x - width / 2
    return (
        Box(spot.x + away, middle, spot.x + away + width, middle + height),
        Box(spot.x - away - width, middle, spot.x - away, middle + height),
        Box(centred, spot.y - away - height, centred + width, spot.y - away),
        Box(centred, spot.y + away, centred + width, spot.y + away + height),
    )
