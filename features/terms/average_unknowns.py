"""What nobody knows of a posting, counted in an applicant's own score as the average of what is known.

A fixed value for silence is right for nobody: 0.8 for unknown snow lifts a place for who minds snow and lowers it for
who does not. Here an unknown fact of a posting counts, for each applicant, what that fact counts on average over the
postings of the same programme of which it is known. A posting whose fact is withheld at random thus expects the score
it would have had. Where no posting of the programme is known the term's neutral value stays, the same for all of them.
Bounds are untouched: the fact is still a question.

Both forms of a term keep theirs. The average of a table's row is one more column a programme; the average of inner
products with one applicant is the product with the postings' average vector.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from features.terms.factor import Factor, InnerTerm, LookupTerm, lookup_term

__all__ = ["with_average_unknowns"]


def with_average_unknowns(factor: Factor, groups: Sequence[str]) -> Factor:
    """The term with every unknown posting at the average of the known ones of its group.

    Parameters
    ----------
    factor : Factor
    groups : sequence of str
        Group of each posting, m of them: its programme.

    Returns
    -------
    Factor
        The same form; the same object where nothing is unknown. Where the applicant is unknown too the neutral value of
        an inner term stays, the same for every posting.

    Examples
    --------
    >>> import numpy as np
    >>> from features.terms.unknowns import lookup_with_unknowns
    >>> snow = lookup_with_unknowns(np.array([0, 1]), np.array([0, 1, 1, 1, -1]), np.array([[1.0, 0.0], [1.0, 1.0]]))
    >>> told = with_average_unknowns(snow, ["kyoryokutai"] * 5)
    >>> [told.table[told.a[i], told.b[4]].item() for i in (0, 1)]
    [0.25, 1.0]
    """
    member_of = np.unique(np.array(groups, dtype=np.str_), return_inverse=True)[1].astype(np.int64)
    if isinstance(factor, InnerTerm):
        return _inner(factor, member_of)
    return _lookup(factor, member_of)


def _inner(factor: InnerTerm, member_of: NDArray[np.int64]) -> InnerTerm:
    if factor.known_right.all():
        return factor
    right, stood_in = factor.right.copy(), np.zeros_like(factor.known_right)
    for group in np.unique(member_of[~factor.known_right]):
        known = (member_of == group) & factor.known_right
        if not known.any():
            continue
        unknown = (member_of == group) & ~factor.known_right
        # entries are multiples of 2⁻²²: their sum in doubles is exact, so the order of the postings is nothing
        right[unknown] = (factor.right[known].sum(axis=0, dtype=np.float64) / np.count_nonzero(known)).astype(
            np.float32
        )
        stood_in |= unknown
    return factor.with_right(right, stood_in)


def _lookup(factor: LookupTerm, member_of: NDArray[np.int64]) -> LookupTerm:
    unknown = factor.b == factor.unknown_b if factor.unknown_b is not None else np.zeros_like(factor.b, dtype=np.bool_)
    if factor.unknown_b is None or not unknown.any():
        return factor
    b, table, size = factor.b.copy(), factor.table.astype(np.float64), factor.table.shape[1]
    averages: list[NDArray[np.float64]] = []
    for group in np.unique(member_of[unknown]):
        counts = np.bincount(factor.b[(member_of == group) & ~unknown], minlength=size)
        if counts.any():
            b[(member_of == group) & unknown] = size + len(averages)
            averages.append(table @ counts / counts.sum())
    low, high = (np.hstack([t, *[t[:, [factor.unknown_b]]] * len(averages)]) for t in (factor.low, factor.high))
    value = np.column_stack([table, *averages]).astype(np.float32)  # a mean may leave its bounds by a rounding
    return lookup_term(factor.a, b, np.clip(value, low, high), low=low, high=high, unknown_b=factor.unknown_b)
