"""The digest of a market's records, kept with the market, so that a list does not digest everybody's record anew.

The digest is SHA-256 of one canonical text of all records, as :func:`api.provenance.records_digest` takes it. The text
of each record is kept as long as the record is part of the market, and the sum over the kinds before it, so that a
changed application costs no more than the kinds behind it.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final
from weakref import WeakKeyDictionary

from api.canonical import canonical_json
from features.record_change import ID_OF
from features.records import Record, Records
from features.scored_market import ScoredMarket

__all__ = ["RecordDigest", "digest_later", "digest_of_market"]

_KINDS: Final = sorted(ID_OF)  # the order of keys in a canonical text


class RecordDigest:
    """The digest of some records and what it takes to make the next one.

    Parameters
    ----------
    records : Records
    before : RecordDigest, optional
        Of earlier records, many of which are the very same objects.

    Examples
    --------
    >>> from api.provenance import records_digest
    >>> from features.synthetic import sample_market
    >>> records = sample_market(n_applicants=5, n_postings=2)
    >>> RecordDigest(records).value == records_digest(records)
    True
    """

    def __init__(self, records: Records, before: RecordDigest | None = None) -> None:
        self._records = records
        self._texts: dict[str, list[bytes]] = {}
        self._sums: dict[str, Any] = {}  # hashlib's own type has no public name
        self._sum(before)

    @property
    def value(self) -> str:
        """SHA-256 as hexadecimal text."""
        whole = self._sums[_KINDS[-1]].copy()
        whole.update(b"}")
        digest: str = whole.hexdigest()
        return digest

    def _sum(self, before: RecordDigest | None) -> None:
        running, is_same = hashlib.sha256(b"{"), before is not None
        is_first = True
        for kind in _KINDS:
            records: tuple[Record, ...] = getattr(self._records, kind)
            if before is not None and records is getattr(before._records, kind):
                self._texts[kind] = before._texts[kind]
            else:
                self._texts[kind], is_same = self._texts_of(kind, records, before), False
            if before is not None and is_same:
                running = before._sums[kind].copy()
            elif records:
                running.update(b"%s%s:[" % (b"" if is_first else b",", canonical_json(kind).encode()))
                running.update(b",".join(self._texts[kind]))
                running.update(b"]")
            is_first = is_first and not records
            self._sums[kind] = running.copy()

    def _texts_of(self, kind: str, records: tuple[Record, ...], before: RecordDigest | None) -> list[bytes]:
        earlier: tuple[Record, ...] = () if before is None else getattr(before._records, kind)
        texts = [] if before is None else before._texts[kind]
        known = {id(record): text for record, text in zip(earlier, texts, strict=True)}
        return [known.get(id(record)) or _text(record) for record in records]


_kept: Final[WeakKeyDictionary[ScoredMarket, RecordDigest]] = WeakKeyDictionary()


def digest_of_market(market: ScoredMarket) -> str:
    """The digest of a market's records."""
    digest = _kept.get(market)
    if digest is None:
        digest = _kept[market] = RecordDigest(market.records)
    return digest.value


def digest_later(later: ScoredMarket, before: ScoredMarket) -> None:
    """Digest the records of a market by what is known of an earlier one, where anything is."""
    known = _kept.get(before)
    if known is not None:
        _kept[later] = RecordDigest(later.records, known)


def _text(record: Record) -> bytes:
    return canonical_json(record.model_dump(mode="json", exclude_unset=True)).encode()
