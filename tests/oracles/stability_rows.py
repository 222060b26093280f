"""Weak stability as rows that only count: the model of Delorme et al. (2019), against the cases of the package.

For the pair (a, p) with c seats at p: c times the pairs of a with postings no worse than p, plus the pairs of p with
other applicants ranked no worse than a, is at least c. One 0/1 variable a pair, written in plain loops.

M. Delorme, S. Garcia, J. Gondzio, J. Kalcsics, D. Manlove and W. Pettersson (2019), Mathematical models for stable
matching problems with ties and incomplete lists, European Journal of Operational Research 277(2), 426-441,
doi:10.1016/j.ejor.2019.03.017.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from matching.market import Market
from matching.programs.integer_program import IntegerProgram
from tests.oracles.enumeration import ranks_of


def acceptable_pairs(market: Market) -> list[tuple[int, int]]:
    """Pairs that both sides list, applicant after applicant in the order of the list."""
    postings = ranks_of(market.postings.to_lists())
    own = zip(market.applicants.rows().tolist(), market.applicants.indices.tolist(), strict=True)
    return [(a, p) for a, p in own if a in postings[p]]


def counting_program(market: Market) -> IntegerProgram:
    """The largest weakly stable matching by counting seats held."""
    pairs = acceptable_pairs(market)
    applicants, postings = ranks_of(market.applicants.to_lists()), ranks_of(market.postings.to_lists())
    rows, lower, upper = [], [], []
    for a, p in pairs:
        seats = min(int(market.capacity[p]), sum(q == p for _, q in pairs))
        own = [seats * (b == a and applicants[a][q] <= applicants[a][p]) for b, q in pairs]
        others = [int(b != a and q == p and postings[p][b] <= postings[p][a]) for b, q in pairs]
        rows.append(np.add(own, others))
        lower.append(float(seats))
        upper.append(np.inf)
    for side, capacity in ((0, np.ones(market.n_applicants)), (1, market.capacity)):
        for index, seats in enumerate(capacity):
            rows.append(np.array([pair[side] == index for pair in pairs]))
            lower.append(-np.inf)
            upper.append(float(seats))
    table = np.array(rows, np.float64).reshape(len(rows), len(pairs))
    return IntegerProgram.of_binaries(np.ones(len(pairs)), csr_array(table), lower, upper)
