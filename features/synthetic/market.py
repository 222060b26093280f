"""The sample market as a pure function of its sizes and seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.errors import SyntheticError
from features.records import Applicant, Posting, Records
from features.synthetic.applicants import application_records, member_applicants
from features.synthetic.choices import choose_postings
from features.synthetic.company_choices import choose_company_postings
from features.synthetic.company_people import CompanyPeople, draw_company_people
from features.synthetic.company_postings import draw_company_postings
from features.synthetic.draws import at
from features.synthetic.households import draw_members, household_records
from features.synthetic.people import People, draw_people
from features.synthetic.postings import DrawnPostings, draw_member_postings
from features.synthetic.texts import company_topics, member_topics
from features.synthetic.truth import SampleTruth

__all__ = ["SEED", "sample_market", "sample_truth"]

SEED: Final = 20261125


@dataclass(frozen=True, eq=False)
class _Sample:
    records: Records
    people: People
    postings: DrawnPostings
    company_people: CompanyPeople
    company_postings: DrawnPostings


def sample_market(
    *,
    n_applicants: int = 1600,
    n_postings: int = 450,
    seed: int = SEED,
    n_kigyojin_postings: int = 60,
    n_company_people: int = 120,
) -> Records:
    """A national market of invented people and calls over real municipalities.

    Parameters
    ----------
    n_applicants, n_postings : int
        Registered 協力隊 people and open 協力隊 calls; about two people in five apply.
    seed : int
        The same seed and sizes give the same records, byte for byte. The calls depend on their own number only, so the
        same calls meet another number of people.
    n_kigyojin_postings, n_company_people : int
        起業人 calls and people of companies.

    Returns
    -------
    Records
        Applicants ``a…`` then ``b…`` (of companies), postings ``k…`` then ``g…``, applications, households, companies.

    Raises
    ------
    SyntheticError
        If a size or the seed is negative.

    Examples
    --------
    >>> market = sample_market(n_applicants=20, n_postings=5, n_kigyojin_postings=2, n_company_people=3)
    >>> len(market.applicants), len(market.postings), market.postings[0].posting_id
    (23, 7, 'k0001')
    """
    return _draw((n_applicants, n_postings, n_kigyojin_postings, n_company_people), seed).records


def sample_truth(
    *,
    n_applicants: int = 1600,
    n_postings: int = 450,
    seed: int = SEED,
    n_kigyojin_postings: int = 60,
    n_company_people: int = 120,
) -> SampleTruth:
    """What the generator knows of the market that :func:`sample_market` returns for the same arguments.

    Parameters
    ----------
    n_applicants, n_postings, seed, n_kigyojin_postings, n_company_people : int
        As in :func:`sample_market`.

    Raises
    ------
    SyntheticError
        If a size or the seed is negative.

    Examples
    --------
    >>> truth = sample_truth(n_applicants=20, n_postings=5, n_kigyojin_postings=2, n_company_people=3)
    >>> truth.quality([0, 1], [0, 1, 2]).shape
    (2, 3)
    """
    sample = _draw((n_applicants, n_postings, n_kigyojin_postings, n_company_people), seed)
    people, of_companies = sample.people, sample.company_people
    member = at(member_topics(), people.topic) + at(company_topics(), of_companies.topic)
    offered = at(member_topics(), sample.postings.topic) + at(company_topics(), sample.company_postings.topic)
    return SampleTruth(
        applicant_ids=tuple(applicant.applicant_id for applicant in sample.records.applicants),
        posting_ids=tuple(posting.posting_id for posting in sample.records.postings),
        applicant_topic=tuple(topic.key for topic in member),
        posting_topic=tuple(topic.key for topic in offered),
        applicant_activity=tuple(str(topic.activity or f"field:{topic.field}") for topic in member),
        posting_activity=tuple(str(topic.activity or f"field:{topic.field}") for topic in offered),
        is_paraphrase=np.concatenate([people.is_far, of_companies.is_far]),
        ability=np.concatenate([people.ability, of_companies.ability]),
        readiness=np.concatenate([sample.postings.readiness, sample.company_postings.readiness]),
        applicant_links=tuple(_linked_codes(applicant) for applicant in sample.records.applicants),
        posting_codes=tuple(posting.municipality_code for posting in sample.records.postings),
    )


def _draw(sizes: tuple[int, int, int, int], seed: int) -> _Sample:
    _verify(sizes, seed)
    n_applicants, n_postings, n_company_postings, n_company_people = sizes
    # one stream a subject: more people do not change the calls
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(7)]
    postings = draw_member_postings(streams[0], n_postings)
    company_postings = draw_company_postings(streams[1], n_company_postings)
    people = draw_people(streams[2], n_applicants)
    members = draw_members(streams[3], people)
    people = people.moved(members[:, 1], members[:, 0])
    pairs = choose_postings(streams[4], people, postings)
    applicants = member_applicants(streams[5], people, postings, pairs)
    company_people = draw_company_people(streams[6], n_company_people)
    company_pairs = choose_company_postings(streams[6], company_people, company_postings)
    records = Records(
        applicants=applicants + company_people.applicants,
        postings=postings.records + company_postings.records,
        applications=(
            *application_records(streams[4], _ids(applicants, postings.records, pairs), "m"),
            *application_records(
                streams[6], _ids(company_people.applicants, company_postings.records, company_pairs), "c"
            ),
        ),
        households=household_records(streams[3], people, members, postings),
        companies=company_people.companies,
    )
    return _Sample(records, people, postings, company_people, company_postings)


def _verify(sizes: tuple[int, int, int, int], seed: int) -> None:
    names = ("n_applicants", "n_postings", "n_kigyojin_postings", "n_company_people", "seed")
    for name, value in zip(names, (*sizes, seed), strict=True):
        if value < 0:
            raise SyntheticError(f"{name} is {value}, expected >= 0")


def _ids(
    applicants: Sequence[Applicant],
    postings: Sequence[Posting],
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> tuple[list[str], list[str]]:
    return (
        [applicant.applicant_id for applicant in at(applicants, pairs[0])],
        [posting.posting_id for posting in at(postings, pairs[1])],
    )


def _linked_codes(applicant: Applicant) -> tuple[str, ...]:
    return tuple(link.municipality_code for link in applicant.selection_profile.links or ())
