"""Who is offered for, or applies to, which 起業人 posting."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.synthetic.company_people import CompanyPeople
from features.synthetic.draws import top_keys
from features.synthetic.parameters import shares
from features.synthetic.postings import DrawnPostings

__all__ = ["choose_company_postings"]

_SAME_FIELD = 8.0


def choose_company_postings(
    rng: np.random.Generator, people: CompanyPeople, postings: DrawnPostings
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Applications as pairs of rows, people ascending, each person's in the order of liking.

    A side-job call draws many of the side-job people; a dispatched or retired person is offered to one or two calls of
    that type.

    Parameters
    ----------
    rng : numpy.random.Generator
        The only source of chance.
    people : CompanyPeople
        All of them look for a call.
    postings : DrawnPostings
        起業人 postings.
    """
    offered = np.zeros((len(people.subtype), len(postings.place)), dtype=np.bool_)
    kinds = np.array([(posting.subtypes or ("",))[0] for posting in postings.records])
    liking = np.log(np.where(people.topic[:, None] == postings.topic[None, :], _SAME_FIELD, 1.0))
    liking = liking + 0.3 * rng.gumbel(size=liking.shape)
    subtype = np.array(people.subtype)
    for column in np.flatnonzero(kinds == "sidejob").tolist():
        rows = np.flatnonzero(subtype == "sidejob")
        wanted = _side_job_demand(rng) * postings.records[column].headcount
        offered[rows[top_keys(rng, liking[rows, column], wanted)], column] = True
    for row in np.flatnonzero(subtype != "sidejob").tolist():
        columns = np.flatnonzero(kinds == subtype[row])
        offered[row, columns[top_keys(rng, liking[row, columns], int(rng.integers(1, 3)))]] = True
    applicant, posting = np.nonzero(offered)
    order = np.lexsort((-liking[applicant, posting], applicant))
    return applicant[order], posting[order]


def _side_job_demand(rng: np.random.Generator) -> int:
    spec = shares("sidejob_applications")
    return max(0, round(rng.normal(spec["mean"], spec["sd"])))
