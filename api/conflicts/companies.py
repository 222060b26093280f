"""Companies that sell to municipalities in the very field a posting is about: told beside its candidates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from pydantic import BaseModel, Field

from features.market.scored_market import ScoredMarket
from features.records import Company, Posting
from features.taxonomy.vocabulary import Field_

__all__ = ["CompanyConflict", "company_conflicts", "conflicts_in"]


class CompanyConflict(BaseModel):
    """A declared interest of a company some of whose people are candidates."""

    company_id: str
    applicant_ids: list[str] = Field(description="Its people among the candidates and the excluded.")
    fields: tuple[Field_, ...] = Field(description="Fields of the posting in which it sells to municipalities.")


def company_conflicts(
    companies: Iterable[Company], posting: Posting, applicant_ids: Sequence[str]
) -> list[CompanyConflict]:
    """Companies of these applicants that declared to sell to municipalities in a field of the posting, by id.

    What a company did not declare is unknown and flags nothing.

    Examples
    --------
    >>> seller = Company.model_validate(
    ...     {"company_id": "c1", "name": "株式会社例", "people": ["a1"],
    ...      "conflict": {"sells_to_municipalities": True, "fields": ["gx"]}}
    ... )
    >>> call = Posting(
    ...     posting_id="p1", program="kigyojin", municipality_code="01468", headcount=1, fields=("gx", "sports")
    ... )
    >>> [(line.company_id, line.applicant_ids, line.fields) for line in company_conflicts([seller], call, ["a1"])]
    [('c1', ['a1'], ('gx',))]
    """
    read, wanted = set(applicant_ids), posting.fields or ()
    found: list[CompanyConflict] = []
    for company in companies:
        told = company.conflict
        people = sorted(read.intersection(company.people or ()))
        if told is None or not told.sells_to_municipalities or not people:
            continue
        shared: tuple[Field_, ...] = tuple(field for field in wanted if field in (told.fields or ()))
        if shared:
            found.append(CompanyConflict(company_id=company.company_id, applicant_ids=people, fields=shared))
    return sorted(found, key=lambda line: line.company_id)


def conflicts_in(market: ScoredMarket, found: Mapping[str, object]) -> list[CompanyConflict]:
    """The same of the people of an order of reading (:func:`api.kept_markets.markets.candidates_of`)."""
    posting = market.records.postings[market.postings.index_of[str(found["posting_id"])]]
    lines = [line for name in ("candidates", "excluded") for line in cast("list[Mapping[str, object]]", found[name])]
    return company_conflicts(market.records.companies, posting, [str(line["applicant_id"]) for line in lines])
