"""How much experience in one kind of work helps in another."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from features.errors import FeatureError
from features.taxonomy.kinds import families, work_kinds

__all__ = ["kinship"]


@lru_cache(maxsize=1)
def kinship() -> NDArray[np.float32]:
    """Kinship of every two kinds of work, ``(K, K)`` float32, symmetric, 1 on the diagonal.

    A pair takes the figure that one of the two names (the larger where both do), else that of their family, else 0.

    Raises
    ------
    FeatureError
        If a kind names kin that does not exist.

    Examples
    --------
    >>> codes = list(work_kinds())
    >>> kinship()[codes.index("paper_craft"), codes.index("paper_craft")].item()
    1.0
    """
    place = {code: column for column, code in enumerate(work_kinds())}
    table = np.eye(len(place), dtype=np.float32)
    for family in families().values():
        members = [place[kind.code] for kind in family.work]
        table[np.ix_(members, members)] = np.maximum(table[np.ix_(members, members)], np.float32(family.kinship))
    named: dict[tuple[int, int], float] = {}
    for kind in work_kinds().values():
        for other, figure in kind.kin.items():
            if other not in place:
                raise FeatureError(f"kind of work {kind.code} names kin {other}, which is no kind of work")
            pair = (min(place[kind.code], place[other]), max(place[kind.code], place[other]))
            named[pair] = max(figure, named.get(pair, 0.0))
    for (a, b), figure in named.items():
        table[a, b] = table[b, a] = 1.0 if a == b else figure
    table.flags.writeable = False
    return table
