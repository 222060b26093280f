"""Who is called what on a page: by the record's id, or by a number that tells nothing of the person.

A number is the same on every page of a posting and whoever else applies, so that officers can speak of "48213". It is
a digest under the service's secret: nobody reads an id, a date or an order of arrival out of it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from api.http.errors import UnknownIdError
from features.guard import masked
from features.market.scored_market import ScoredMarket

__all__ = ["Names", "names_of"]

_FIRST: Final = 10_000
_NUMBERS: Final = 90_000  # five digits
_COMPANY_OR_PLACE: Final = re.compile(
    r"[一-龥ァ-ヶー々〇]{1,12}(?:株式会社|有限会社|合同会社)|(?:株式会社|有限会社|合同会社)[一-龥ァ-ヶーA-Za-z々]{1,20}"
)


@dataclass(frozen=True, eq=False)
class Names:
    """What the people of one posting are called on a page.

    Attributes
    ----------
    is_blind : bool
    keys : mapping of applicant id to str
        What stands in addresses and forms, and on the page.
    """

    is_blind: bool
    keys: Mapping[str, str]

    def key(self, applicant_id: str) -> str:
        """The id, or the number in its place."""
        return self.keys.get(applicant_id, "") if self.is_blind else applicant_id

    def ids(self, keys: Sequence[str]) -> list[str]:
        """The applicants that a form names, each once.

        Raises
        ------
        UnknownIdError
            If a key is nobody's here.
        """
        id_of = {key: an_id for an_id, key in self.keys.items()} if self.is_blind else dict.fromkeys(self.keys)
        unknown = [key for key in keys if key not in id_of]
        if unknown:
            raise UnknownIdError("applicant", unknown[0])
        return [id_of[key] or key for key in dict.fromkeys(keys)]

    def told(self, text: str) -> str:
        """A text as the page may show it: without names, companies and what must not be judged where it is blind."""
        return _COMPANY_OR_PLACE.sub("〇〇", masked(text)) if self.is_blind else text


def names_of(market: ScoredMarket, posting_id: str, *, is_blind: bool, secret: bytes | None) -> Names:
    """What the people are called who are read for a posting: its applicants, or everybody where nobody has applied.

    Examples
    --------
    >>> from features.market.scored_market import read_market
    >>> from features.synthetic import sample_date, sample_market
    >>> market = read_market(sample_market(n_applicants=3, n_postings=1), on=sample_date())
    >>> names = names_of(market, market.postings.ids[0], is_blind=True, secret=b"s")
    >>> names.ids(list(names.keys.values())) == list(names.keys)
    True
    """
    people: Iterable[str] = (one.applicant_id for one in market.applications_to.get(posting_id, ()))
    if not market.records.applications:
        people = market.applicants.ids
    ids = sorted(set(people))
    if not is_blind:
        return Names(is_blind, dict.fromkeys(ids, ""))
    return Names(is_blind, _numbers(posting_id, ids, secret or b""))


def _numbers(posting_id: str, ids: Iterable[str], secret: bytes) -> dict[str, str]:
    wanted = {an_id: _digest(f"{posting_id}\0{an_id}", secret) for an_id in ids}
    taken: dict[int, str] = {}
    for an_id in sorted(wanted, key=wanted.__getitem__):
        number = wanted[an_id] % _NUMBERS
        while number in taken:  # two of forty share a number once in a hundred lists
            number = (number + 1) % _NUMBERS
        taken[number] = an_id
    return {an_id: str(_FIRST + number) for number, an_id in sorted(taken.items(), key=lambda pair: pair[1])}


def _digest(text: str, secret: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), key=secret[:64], digest_size=8).digest())
