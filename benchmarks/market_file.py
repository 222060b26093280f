"""From a market of text ids to the reported, verified result: what the engine adds around a mechanism.

``python -m benchmarks.market_file [--applicants 100000 --postings 10000 --length 20 --repeats 3]``

CPU seconds, the smallest of the repeats, after compilation. The bare JSON parser on the same text is the limit for
reading, the bare kernel that for solving; both are measured in the same run.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np

from api.market_file import parse_market, read_market, solve, verify
from benchmarks.deferred_acceptance import cpu_seconds, synthetic_market
from matching.market import Market
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance


def main() -> None:
    options = _options()
    rng = np.random.default_rng(options.seed)
    solve(parse_market(content_of(synthetic_market(50, 10, 5, rng))), mechanism="deferred-acceptance")  # compile
    market = synthetic_market(options.applicants, options.postings, options.length, rng)
    content, text = content_of(market), json.dumps(content_of(market))
    _ = market.rank_at_posting
    kernel, _ = cpu_seconds(lambda: deferred_acceptance(market), options.repeats)
    bare, _ = cpu_seconds(lambda: json.loads(text), options.repeats)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "market.json"
        path.write_text(text, encoding="utf-8")
        reading, market_file = cpu_seconds(lambda: read_market(path), options.repeats)
    ingestion, _ = cpu_seconds(lambda: parse_market(content), options.repeats)
    solving, result = cpu_seconds(
        lambda: solve(parse_market(content), mechanism="deferred-acceptance"), options.repeats
    )
    checking, verdict = cpu_seconds(lambda: verify(market_file, result), options.repeats)
    print(f"{options.applicants} applicants x {options.postings} postings x {options.length}, {len(text) / 1e6:.0f} MB")
    rows = [
        ("text ids -> checked arrays", f"{ingestion:.3f} s"),
        ("text ids -> reported, verified result", f"{solving:.3f} s"),
        ("of it the mechanism's kernel", f"{kernel:.3f} s"),
        ("file -> checked arrays", f"{reading:.3f} s"),
        ("the bare JSON parser on the same text", f"{bare:.3f} s"),
        ("verify from the market read before", f"{checking:.3f} s"),
        ("holds", str(verdict["holds"])),
    ]
    for name, value in rows:
        print(f"{name:<42}{value:>14}")


def content_of(market: Market) -> dict[str, dict[str, object]]:
    """The market as a market file's content; ids sort like their indices."""
    applicants = [f"a{index:07d}" for index in range(market.n_applicants)]
    postings = [f"p{index:06d}" for index in range(market.n_postings)]
    records = zip(market.capacity.tolist(), _named(market.postings.to_lists(), applicants), strict=True)
    return {
        "applicants": dict(zip(applicants, _named(market.applicants.to_lists(), postings), strict=True)),
        "postings": {
            posting: {"capacity": seats, "preferences": listed}
            for posting, (seats, listed) in zip(postings, records, strict=True)
        },
    }


def _named(lists: list[list[int | list[int]]], ids: list[str]) -> list[list[str | list[str]]]:
    return [[[ids[x] for x in wish] if isinstance(wish, list) else ids[wish] for wish in row] for row in lists]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("applicants", 100_000), ("postings", 10_000), ("length", 20), ("seed", 0), ("repeats", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


if __name__ == "__main__":
    main()
