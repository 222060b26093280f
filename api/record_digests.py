"""The digest of records, and how it is kept with a market so that a list does not digest everybody's record anew.

Every record has a digest of its own; the digest of all is taken over those, kind by kind, in their own order, so that
the order of the rows in a file changes nothing. A changed record costs one digest and the sum, and whoever has the
records can still take the whole from nothing.
"""

from __future__ import annotations

import hashlib
from typing import Final
from weakref import WeakKeyDictionary

from api.canonical import canonical_json
from features.market.scored_market import ScoredMarket
from features.records import ID_OF, Record, Records

__all__ = ["RecordDigest", "digest_later", "digest_of_market", "records_digest"]

_KINDS: Final = sorted(ID_OF)
_FEW: Final = 64  # are digested sooner than everybody is looked up


def records_digest(records: Records) -> str:
    """SHA-256 over the digests of the records, whatever file and row they came from."""
    return RecordDigest(records).value


class RecordDigest:
    """The digest of some records and what it takes to make the next one.

    Parameters
    ----------
    records : Records
    before : RecordDigest, optional
        Of earlier records, many of which are the very same objects.

    Examples
    --------
    >>> from features.synthetic import sample_market
    >>> records = sample_market(n_applicants=5, n_postings=2)
    >>> before = RecordDigest(records.model_copy(update={"applicants": records.applicants[1:]}))
    >>> RecordDigest(records, before).value == records_digest(records)
    True
    """

    def __init__(self, records: Records, before: RecordDigest | None = None) -> None:
        self._records = records
        self._digests = {kind: self._of_kind(kind, before) for kind in _KINDS}
        whole = hashlib.sha256()
        for kind, digests in self._digests.items():
            if digests:
                whole.update(b"%s %d\n" % (kind.encode(), len(digests)))
                whole.update(b"".join(sorted(digests)))
        self.value: Final = whole.hexdigest()

    def _of_kind(self, kind: str, before: RecordDigest | None) -> list[bytes]:
        records: tuple[Record, ...] = getattr(self._records, kind)
        earlier: tuple[Record, ...] = () if before is None else getattr(before._records, kind)
        digests = [] if before is None else before._digests[kind]
        if records is earlier:
            return digests
        if len(records) == len(earlier):  # somebody changed, and nearly everybody stands where they stood
            changed = [row for row, (one, other) in enumerate(zip(records, earlier, strict=True)) if one is not other]
            if len(changed) <= _FEW:
                later = digests.copy()
                for row in changed:
                    later[row] = _digest(records[row])
                return later
        known = dict(zip(map(id, earlier), digests, strict=True))
        return [known.get(one) or _digest(record) for one, record in zip(map(id, records), records, strict=True)]


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


def _digest(record: Record) -> bytes:
    return hashlib.sha256(canonical_json(record.model_dump(mode="json", exclude_unset=True)).encode()).digest()
