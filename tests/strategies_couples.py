"""Random markets with couples for hypothesis."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from matching.couples import Couples
from matching.market import Market
from matching.preferences import Preferences
from tests.kept_strategies import joint_choices, kept, orders, whole_numbers
from tests.strategies import wishes


@kept
@st.composite
def couple_markets(
    draw: st.DrawFn, *, strict: bool = True, singles: int = 4, couples: int = 2, postings: int = 4, choices: int = 4
) -> tuple[Market, Couples]:
    """A market with some singles and couples; joint lists may leave a member unplaced or name one posting twice."""
    n_singles, n_couples = draw(whole_numbers(0, singles)), draw(whole_numbers(0, couples))
    n, m = n_singles + 2 * n_couples, draw(whole_numbers(1, postings))
    people = list(draw(orders(n)))
    members = [(people[2 * c], people[2 * c + 1]) for c in range(n_couples)]
    alone = set(people[2 * n_couples :])
    own = [draw(wishes(m, strict=strict)) if a in alone else [] for a in range(n)]
    joint = [draw(joint_choices(m, choices)) for _ in members]
    # long lists on the other side, so that most choices are acceptable and the market is tight
    priorities = [list(draw(orders(n)))[: draw(whole_numbers(n // 2, n))] for _ in range(m)]
    listed = priorities if strict else [_with_ties(draw, row) for row in priorities]
    capacity = [draw(whole_numbers(0, 2)) for _ in range(m)]
    market = Market(Preferences.from_lists(own, m), Preferences.from_lists(listed, n), np.array(capacity, np.int64))
    return market, Couples.from_lists(members, joint)


def _with_ties(draw: st.DrawFn, row: list[int]) -> list[int | list[int]]:
    cut = draw(whole_numbers(0, len(row)))
    return [row[:cut], *row[cut:]] if cut else list(row)
