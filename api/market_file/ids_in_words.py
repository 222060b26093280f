"""Sentences about indices as sentences about ids."""

from __future__ import annotations

import re

from api.market_file.names import shown
from api.market_file.records import MarketFile
from api.market_file.sections import type_ids

__all__ = ["in_ids"]

_INDEX = re.compile(r"\b(applicant|posting|region|type|couple) (\d+)")
_INDICES = re.compile(r"\b(applicant|posting|region|type|couple)s (\[[\d, ]*\]|(?:\d+, )*\d+)")


def in_ids(market_file: MarketFile, sentence: str) -> str:
    """Return a sentence of ``matching`` with ids in the place of indices.

    Examples
    --------
    >>> from api.market_file import parse_market
    >>> market = parse_market({"applicants": {}, "postings": {"machi": {"capacity": 1, "preferences": []}}})
    >>> in_ids(market, "posting 0 holds 2, expected at least its floor 1")
    'posting machi holds 2, expected at least its floor 1'
    """
    names = {
        "applicant": market_file.applicant_ids,
        "posting": market_file.posting_ids,
        "region": tuple(sorted(market_file.regions)),
        "type": type_ids(market_file),
        "couple": tuple(" and ".join(couple.members) for couple in market_file.couples),
    }

    def named(kind: str, index: str) -> str:
        known = names[kind]
        return shown(known[int(index)]) if int(index) < len(known) else index

    def one(found: re.Match[str]) -> str:
        return f"{found[1]} {named(found[1], found[2])}"

    def several(found: re.Match[str]) -> str:
        return f"{found[1]}s " + re.sub(r"\d+", lambda index: named(found[1], index[0]), found[2])

    return _INDEX.sub(one, _INDICES.sub(several, sentence))
