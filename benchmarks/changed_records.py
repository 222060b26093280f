"""Changed records of the sample register, as the service takes them in, against reading everything anew.

``python -m benchmarks.changed_records [--applicants 1600] [--postings 450] [--changes 300]``

A change is a record whose texts all become others that were never read: one in a hundred is a call's, the others are
people's. The next market is made of the one before (:func:`features.market.change.later_market`): texts, masks, every
term of both scores and every rule of the changed row or column. Then that row or column of both sides' scores and of
the verdicts is taken, and the order of a call's list. The database, which tells the service what changed, is left out.
Prints changes a minute, how much cheaper one is than reading the register, and whether verdicts and scores of all
pairs at the end are those of the register read anew; exit status 1 where they are not.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import NamedTuple

import numpy as np

from benchmarks import figures
from benchmarks.figures import Figure
from benchmarks.unlike_texts import unlike_applicant, unlike_applicants, unlike_posting, unlike_postings
from features.market.change import later_market
from features.market.record_change import RecordChange
from features.market.scored_market import ScoredMarket, read_market
from features.reading.forgetting import forget_texts_read
from features.records import Records
from features.synthetic import sample_date, sample_market

_WANTED = 1_000  # changes a minute
_ALL = slice(None)


class _Taken(NamedTuple):
    """Seconds of every change of a kind, on the clock and of the processors."""

    wall: dict[str, list[float]]
    processor: dict[str, list[float]]

    def a_minute(self) -> float:
        """Changes of both kinds, on the clock."""
        return 60 * sum(map(len, self.wall.values())) / sum(map(sum, self.wall.values()))


def main() -> None:
    """Run the benchmark."""
    options = _options()
    of_companies = {"n_kigyojin_postings": options.postings // 7, "n_company_people": options.applicants // 13}
    drawn = sample_market(n_applicants=options.applicants, n_postings=options.postings, **of_companies)
    records = Records(applicants=unlike_applicants(drawn.applicants), postings=unlike_postings(drawn.postings))
    market = read_market(records, on=sample_date())
    _pairs(market, _ALL, _ALL)
    market, taken = _changed(market, options.changes)
    forget_texts_read()
    started = time.perf_counter()
    anew = read_market(market.records, on=market.on)
    expected = _pairs(anew, _ALL, _ALL)
    whole = time.perf_counter() - started
    is_same = all(np.array_equal(one, other) for one, other in zip(_pairs(market, _ALL, _ALL), expected, strict=True))
    _print(market, taken, whole, is_same=is_same)
    figures.keep(options.figures, _figures(taken, whole))
    sys.exit(0 if is_same else 1)


def _changed(market: ScoredMarket, n_changes: int) -> tuple[ScoredMarket, _Taken]:
    """The market after so many changes, and the seconds of each; a person and a call before them are not counted."""
    rng, taken = np.random.default_rng(0), _Taken({"person": [], "call": []}, {"person": [], "call": []})
    for number in range(-2, n_changes):
        kind = "call" if number % 100 == 99 or number == -2 else "person"
        n = len(market.postings if kind == "call" else market.applicants)
        row = int(rng.integers(n))
        change = _change(market.records, kind, row, 10_000_000 + number)
        started, used = time.perf_counter(), time.process_time()
        market = later_market(market, change)
        one = slice(row, row + 1)
        found = _pairs(market, *((_ALL, one) if kind == "call" else (one, _ALL)))
        np.argsort(-found[0].ravel(), kind="stable")
        if number >= 0:
            taken.wall[kind].append(time.perf_counter() - started)
            taken.processor[kind].append(time.process_time() - used)
    return market, taken


def _change(records: Records, kind: str, row: int, number: int) -> RecordChange:
    if kind == "call":
        return RecordChange(Records(postings=(unlike_posting(records.postings[row], number),)))
    return RecordChange(Records(applicants=(unlike_applicant(records.applicants[row], number),)))


def _pairs(market: ScoredMarket, rows: slice, columns: slice) -> tuple[np.ndarray, ...]:
    """Both sides' scores and the verdicts of some pairs."""
    scores = (side.block(rows, columns) for side in (market.coordinator, market.applicant))
    return (*scores, market.verdicts.codes(rows, columns))


def _print(market: ScoredMarket, taken: _Taken, whole: float, *, is_same: bool) -> None:
    print(f"{len(market.applicants):,} people, {len(market.postings):,} calls")
    print(f"{taken.a_minute():,.0f} changes a minute (wanted {_WANTED:,}); the register anew takes {whole:.1f} s")
    for kind, times in taken.wall.items():
        if times:
            middle, used = float(np.median(times)), float(np.median(taken.processor[kind]))
            told = f"{used * 1e3:8.1f} CPU ms, slowest {max(times) * 1e3:8.1f} ms, {whole / middle:8.0f} x cheaper"
            print(f"{kind:7s} {middle * 1e3:8.1f} ms, {told}")
    print("verdicts and scores are those of the register read anew" if is_same else "PAIRS DIFFER from those read anew")


def _figures(taken: _Taken, whole: float) -> list[Figure]:
    what, against = "terms, rules and texts", "reading the register anew"
    found = [Figure(name=f"changed records, {what}", value=taken.a_minute(), unit="a minute", least=_WANTED)]
    for kind, times in taken.wall.items():
        if times:
            middle = float(np.median(times))
            name = f"one {kind}'s record changed, {what}"
            found.append(Figure(name=name, value=middle * 1e3, unit="ms", ratio=middle / whole, against=against))
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--applicants", type=int, default=1_600)
    parser.add_argument("--postings", type=int, default=450)
    parser.add_argument("--changes", type=int, default=300)
    figures.add_option(parser)
    return parser.parse_args()


if __name__ == "__main__":
    main()
