"""One stage of listing a register, measured at one size: what :mod:`benchmarks.paper_plan` fits its coefficients to.

``POLARS_MAX_THREADS=1 python -m benchmarks.paper_stages STAGE SIZE ...`` prints a JSON object. Every
size is a process of its own, so that its peak of memory is its own, and no text is remembered from another size.

- ``calls POSTINGS``: reading postings whose texts repeat nothing; every worker does it once.
- ``people APPLICANTS``: listing people whose texts repeat nothing for a hundred postings, by the function that
  ``enmusubi rank --engine`` spreads; nearly all of it is reading.
- ``pairs APPLICANTS POSTINGS``: scores of both sides and both lists of a market whose texts are read already.
- ``rows LISTS``: the lists of that many owners written to Parquet as a partition's are.
- ``merge PARTITIONS POSTINGS``: postings' lists of partitions read from Parquet and merged.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

from benchmarks.limits import peak_gib
from benchmarks.unlike_texts import unlike_applicants, unlike_postings
from features.partitions.applicant_files import digest_of_file
from features.partitions.lists import Calls, list_partition
from features.partitions.merging import merge_candidates
from features.partitions.parquet_files import write_whole
from features.partitions.sides import blocks_of, postings_of
from features.records import Posting, Records
from features.synthetic import sample_date, sample_market
from features.weights import default_weights
from matching.ranking import top_k

__all__ = ["PER_APPLICANT", "PER_POSTING", "measured"]

PER_APPLICANT, PER_POSTING = 50, 200
_CALLS = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=sorted(_STAGES))
    parser.add_argument("sizes", type=int, nargs="+")
    options = parser.parse_args()
    print(json.dumps(measured(options.stage, options.sizes)))


def measured(stage: str, sizes: Sequence[int]) -> dict[str, float]:
    """What a stage costs at one size, and the most memory that this process has held."""
    with threadpool_limits(1), tempfile.TemporaryDirectory() as folder:
        found = _STAGES[stage](sizes, Path(folder))
    return found | {"peak_gib": peak_gib()}


def _calls(sizes: Sequence[int], _: Path) -> dict[str, float]:
    (m,) = sizes
    market = _market(1, m + 1)
    postings = unlike_postings(market.postings)
    list_partition(market.applicants, _calls_of(postings[:1]))  # dictionaries, encoder and kernels are loaded
    seconds = _cpu(lambda: list_partition(market.applicants, _calls_of(postings[1:])))
    return {"seconds": seconds}


def _people(sizes: Sequence[int], _: Path) -> dict[str, float]:
    (n,) = sizes
    market = _market(n + 1, _CALLS)
    people, calls = unlike_applicants(market.applicants), _calls_of(market.postings)
    list_partition(people[:1], calls)
    seconds = _cpu(lambda: list_partition(people[1:], calls, per_applicant=PER_APPLICANT, per_posting=PER_POSTING))
    # as text: how far invented sentences can be packed says nothing of what people write
    return {
        "seconds": seconds,
        "bytes": sum(len(one.model_dump_json(exclude_unset=True).encode()) for one in people[1:]),
    }


def _pairs(sizes: Sequence[int], _: Path) -> dict[str, float]:
    n, m = sizes
    drawn = _market(n, m)
    market = _calls_of(drawn.postings).market(drawn.applicants)
    small = _calls_of(drawn.postings[:5]).market(drawn.applicants[:5])
    top_k(blocks_of(small), postings_of(small))
    _ = market.coordinator, market.applicant, market.verdicts  # texts and rules are read before the clock starts

    def listed() -> object:
        return top_k(blocks_of(market), postings_of(market), per_applicant=PER_APPLICANT, per_posting=PER_POSTING)

    return {"seconds": _cpu(listed), "pairs": len(market.applicants) * len(market.postings)}


def _rows(sizes: Sequence[int], folder: Path) -> dict[str, float]:
    (n_lists,) = sizes
    rng = np.random.default_rng(0)
    found = dict[str, float]()
    for kind, owner, item, length, others in (
        ("places", "applicant_id", "posting_id", PER_APPLICANT, 10_000),
        ("candidates", "posting_id", "applicant_id", PER_POSTING, 10_000),
    ):
        frame, path = _lists(rng, n_lists, length, others, names=(owner, item)), folder / f"{kind}.parquet"
        times = [
            _cpu(partial(write_whole, frame, path, made_from="")) + _cpu(partial(digest_of_file, path))
            for _ in range(5)
        ]
        found[f"{kind}_seconds"] = min(times)
        found[f"{kind}_bytes"] = path.stat().st_size
    return found


def _merge(sizes: Sequence[int], folder: Path) -> dict[str, float]:
    n_parts, m = sizes
    rng, paths = np.random.default_rng(0), list[Path]()
    for part in range(n_parts):
        paths.append(folder / f"{part:06}.parquet")
        names = ("posting_id", "applicant_id")
        write_whole(_lists(rng, m, PER_POSTING, 10_000, names=names, part=part), paths[-1], made_from="")
    seconds = _cpu(lambda: merge_candidates(map(pl.read_parquet, paths), length=PER_POSTING))
    return {"seconds": seconds, "bytes": sum(path.stat().st_size for path in paths)}


def _lists(
    rng: np.random.Generator, n_lists: int, length: int, n_others: int, *, names: tuple[str, str], part: int = 0
) -> pl.DataFrame:
    """Lists as a partition of ``n_others`` gives them: the best of so many scores, best first."""
    scores = 1 - np.cumsum(rng.exponential(1 / n_others, (n_lists, length)), axis=1)
    owners = pl.Series([f"x{i:09}" for i in range(n_lists)], dtype=pl.String)
    items = pl.Series([f"y{part * n_others + i:09}" for i in range(n_others)], dtype=pl.String)
    return pl.DataFrame(
        {
            names[0]: owners[np.repeat(np.arange(n_lists), length)],
            "place": np.tile(np.arange(1, length + 1, dtype=np.int32), n_lists),
            names[1]: items[rng.integers(0, n_others, n_lists * length)],
            "score": scores.ravel(),
        }
    )


def _market(n_applicants: int, n_postings: int) -> Records:
    return sample_market(n_applicants=n_applicants, n_postings=n_postings, n_kigyojin_postings=0, n_company_people=0)


def _calls_of(postings: Sequence[Posting]) -> Calls:
    return Calls(tuple(postings), sample_date(), default_weights())


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


_STAGES: dict[str, Callable[[Sequence[int], Path], dict[str, float]]] = {
    "calls": _calls,
    "people": _people,
    "pairs": _pairs,
    "rows": _rows,
    "merge": _merge,
}


if __name__ == "__main__":
    main()
