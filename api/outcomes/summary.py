"""How placements ended, in numbers: both measures side by side, because each alone misleads.

The official rate counts who stayed among those who *finished*, so who broke off is not in it. Beside it stands who was
gone within twelve months among all whose first year is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import get_args

from api.outcomes.placements import Placement, months_after
from api.outcomes.schemas import ExitCode, OutcomeSummary, Share

__all__ = ["first_year", "summary_of", "told_share"]


def summary_of(placements: Sequence[Placement], *, smallest: int | None = None) -> OutcomeSummary:
    """The numbers of these placements.

    Parameters
    ----------
    placements : sequence of Placement
    smallest : int, optional
        Where numbers leave the municipality: smaller ones, and shares of fewer people, are withheld.
    """
    firsts = [known for placement in placements if (known := first_year(placement)) is not None]
    ended = [stayed for placement in placements if (stayed := _finished(placement)) is not None]
    exits = Counter(placement.left.exit_code for placement in placements if placement.left is not None)
    codes: tuple[ExitCode, ...] = get_args(ExitCode)
    n_gone, n_planned = (sum(which) for which in zip(*firsts, strict=True)) if firsts else (0, 0)
    gone, planned = told_share(len(firsts), n_gone, smallest), told_share(len(firsts), n_planned, smallest)
    if _is_small(n_gone - n_planned, smallest) or _is_small(exits["planned"] - n_planned, smallest):
        planned = _without_number(planned)  # one number taken off the other would tell the small one
    settled = told_share(len(ended), sum(ended), smallest)
    if settled.number is None:  # all who finished less those who left as planned are those who stayed
        settled = Share(known=None, number=None, share=None)
    return OutcomeSummary(
        placements=_told(len(placements), smallest),
        gone_within_12_months=gone,
        gone_within_12_months_as_planned=planned,
        finished_and_stayed=settled,
        exits={code: _told(exits[code], smallest) for code in codes},
        withheld_below=smallest,
    )


def first_year(placement: Placement) -> tuple[bool, bool] | None:
    """Whether the person was gone within 12 months, and as planned; ``None`` where it is not known."""
    left = placement.left
    if left is not None and left.left_on is not None:
        is_gone = left.left_on < months_after(left.started_on, 12)
        return is_gone, is_gone and left.exit_code == "planned"
    return (False, False) if any(months >= 12 for months in placement.outcomes) else None


def _finished(placement: Placement) -> bool | None:
    """Whether a person who finished the term stayed; ``None`` where the term was broken off or goes on."""
    left = placement.left
    if left is not None:
        return False if left.exit_code == "planned" else None
    return True if 36 in placement.outcomes else None


def _told(number: int, smallest: int | None) -> int | None:
    return None if smallest is not None and number < smallest else number


def _is_small(number: int, smallest: int | None) -> bool:
    return smallest is not None and 0 < number < smallest


def _without_number(share: Share) -> Share:
    return Share(known=share.known, number=None, share=None)


def told_share(known: int, number: int, smallest: int | None) -> Share:
    """A share of people; what would tell of fewer than ``smallest`` of them is withheld."""
    # the complement of a small number tells as much as the number
    if smallest is not None and (known < smallest or 0 < number < smallest or 0 < known - number < smallest):
        return Share(known=_told(known, smallest), number=None, share=None)
    return Share(known=known, number=number, share=None if known == 0 else number / known)
