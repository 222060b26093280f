"""Lists of a whole register: partitions spread over an engine, and the postings' lists merged from theirs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Final

import polars as pl

from api.canonical import digest_of
from api.engines.engine import Engine
from api.engines.errors import EngineError
from api.engines.list_task import KINDS, ListTask, PartitionDone, list_one
from api.engines.spreading import spread
from api.files import write_text
from features.partitions.applicant_files import digest_of_file
from features.partitions.merging import merge_candidates
from features.partitions.parquet_files import PARTIAL, write_whole
from features.rounds.held_places import HeldPlaces

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["VERSION", "RegisterLists", "list_register", "only_one_run"]

_LOCK: Final = "lists.lock"

VERSION: Final = 2
"""Of what stands in the folder: 1 had no priorities, so that no round could be run over its lists."""


@dataclass(frozen=True)
class RegisterLists:
    """What was listed.

    Attributes
    ----------
    partitions : tuple of PartitionDone
        In the order of the files.
    n_unordered : int
        Applicants who want no order by scores.
    n_listed : int
        Pairs in the postings' lists.
    body : dict
        What ``lists.json`` says: inputs, options, digests of every file and, over all of it, its own.
    """

    partitions: tuple[PartitionDone, ...]
    n_unordered: int
    n_listed: int
    body: dict[str, object]


@contextmanager
def only_one_run(folder: Path) -> Generator[None]:
    """Keep a folder for one run; what an earlier one left half written is removed, and what this one leaves.

    Raises
    ------
    EngineError
        If another run is writing into it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for kind in KINDS:
        (folder / kind).mkdir(mode=0o700, exist_ok=True)
    with (folder / _LOCK).open("w") as lock:
        try:
            _keep(lock)
        except (BlockingIOError, PermissionError):  # the second is what Windows says
            raise EngineError(f"another run is writing into {folder}; wait for it or choose another folder") from None
        _remove_half_written(folder)
        try:
            yield
        finally:  # also of this run: who writes beside a worker that dies is ended with it
            _remove_half_written(folder)


def _remove_half_written(folder: Path) -> None:
    for pattern in (f"*{PARTIAL}", f"*/*{PARTIAL}"):
        for path in folder.glob(pattern):
            path.unlink(missing_ok=True)


def _keep(lock: IO[str]) -> None:
    """Keep a file for this process; when it ends, however it ends, the file is free again."""
    if sys.platform == "win32":
        msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def list_register(
    task: ListTask,
    partitions: Sequence[Path],
    engine: Engine,
    *,
    held: HeldPlaces | None = None,
    told: Callable[[Path], None] | None = None,
) -> RegisterLists:
    """List every partition that is not listed yet, merge the postings' lists, and write down what was done.

    Parameters
    ----------
    task : ListTask
    partitions : sequence of Path
        Files whose names differ before the ending; nobody stands in two of them.
    engine : Engine
    held : HeldPlaces, optional
        Of whoever is listed; it decides no list and is kept beside them for a round.
    told : callable, optional
        Called with every partition that is listed.

    Returns
    -------
    RegisterLists
        ``candidates.parquet`` and ``unordered.parquet`` have the same bytes whatever the engine and the partitions;
        every list of a partition has the same bytes whatever the engine.

    Raises
    ------
    EngineError, FeatureError, OSError
        As :func:`~api.engines.list_task.list_one` and :func:`~api.engines.spreading.spread` do.
    """
    done = tuple(spread(engine, partial(list_one, task), partitions, done=told).values())
    _verify_unchanged(task.folder, done)
    kept = {one.lists_name for one in done}
    for path in (path for kind in KINDS for path in (task.folder / kind).glob("*.parquet")):
        if path.name not in kept:  # of an earlier cut: nobody may read it as if it were of this one
            path.unlink()
    made_from = digest_of({"task": task.digest, "partitions": sorted(one.digest for one in done)})
    parts = (pl.read_parquet(task.folder / "candidates" / one.lists_name) for one in done)
    candidates = merge_candidates(parts, length=task.per_posting)
    unordered = pl.concat([pl.read_parquet(task.folder / "unordered" / one.lists_name) for one in done]).sort(
        "applicant_id"
    )
    held = held or HeldPlaces()
    merged = {"candidates.parquet": candidates, "unordered.parquet": unordered, "accepted.parquet": held.people}
    written = {name: write_whole(frame, task.folder / name, made_from=task.digest) for name, frame in merged.items()}
    body: dict[str, object] = {
        "version": VERSION,
        "made_from": made_from,
        "on": task.on.isoformat(),
        "options": {"per_applicant": task.per_applicant, "per_posting": task.per_posting},
        "inputs": {"postings": task.digest_of_postings, "partitions": {one.name: one.digest for one in done}},
        "weights": {"name": task.weights.name, "digest": task.weights.digest},
        "held": {"seats_taken": dict(held.taken), "households": held.n_households},
        **task.basis,
        "files": written | {f"{kind}/{one.lists_name}": one.lists[kind] for one in done for kind in KINDS},
    }
    body["digest"] = digest_of(body)
    write_text(task.folder / "lists.json", json.dumps(body, ensure_ascii=False, indent=1) + "\n")
    return RegisterLists(done, unordered.height, candidates.height, body)


def _verify_unchanged(folder: Path, done: Sequence[PartitionDone]) -> None:
    """A worker that another run left behind may have written what it was asked for, after this run had."""
    for one in done:
        for kind, digest in one.lists.items():
            path = folder / kind / one.lists_name
            if not path.is_file() or digest_of_file(path) != digest:
                raise EngineError(f"{kind}/{one.lists_name} was changed by another run meanwhile; run this one again")
