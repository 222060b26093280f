"""Tables of the stored lists: ids, places and scores of the last run that was kept, and what it was made from.

Rows name people and no table holds them to it: a reference would be looked up row by row, a hundred million times.
Whoever removes a posting, or erases, removes or stops the use of a person, takes the rows away, which an index finds
from either side (:mod:`api.listings.forgetting`). A run writes under a number of its own, so that what is written meets
nothing that is read until the run is the one that stands.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from api.storage.tables import RecordId, Row, UtcDateTime

__all__ = ["ListedCandidateRow", "ListedPlaceRow", "ListedUnorderedRow", "ListingRow"]

_DIGEST = 64


class ListingRow(Row, table=True):
    """The run whose lists are stored; there is one at most.

    ``revision`` is the state of the records it was made from, ``digest`` that of its ``lists.json``, which is ``body``.
    """

    id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    made_at: datetime = Field(sa_type=UtcDateTime)
    revision: int = Field(sa_type=BigInteger)
    digest: str = Field(max_length=_DIGEST)
    body: str = Field(sa_type=Text)


class ListedCandidateRow(Row, table=True):
    """Who stands in which place of a posting's list, by the coordinator's score."""

    posting_id: str = Field(primary_key=True, sa_type=RecordId)
    listing: int = Field(primary_key=True, sa_type=BigInteger)
    place: int = Field(primary_key=True)
    applicant_id: str = Field(sa_type=RecordId, index=True)
    score: float


class ListedPlaceRow(Row, table=True):
    """Which posting stands in which place of an applicant's own list, by the own score; for that applicant alone."""

    applicant_id: str = Field(primary_key=True, sa_type=RecordId)
    listing: int = Field(primary_key=True, sa_type=BigInteger)
    place: int = Field(primary_key=True)
    posting_id: str = Field(sa_type=RecordId, index=True)
    score: float


class ListedUnorderedRow(Row, table=True):
    """Who wants no order by scores, stands in no posting's list and is to be read too."""

    applicant_id: str = Field(primary_key=True, sa_type=RecordId)
    listing: int = Field(primary_key=True, sa_type=BigInteger)
