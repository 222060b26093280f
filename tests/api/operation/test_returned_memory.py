"""Memory is given back, and nothing that was read or written is lost by it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from api.operation.returned_memory import give_back_memory

_IS_LINUX = sys.platform == "linux"
# in a process of its own: what other tests hold there would be given back too, and hide what is asked
_FREES_AND_MAPS = """
import re, sys
from pathlib import Path
import numpy as np
from api.operation.returned_memory import give_back_memory

def held():
    return [int(kb) for kb in re.findall(r"(?:RssAnon|RssFile):\\s+(\\d+)", Path("/proc/self/status").read_text())]

mapped = np.load(sys.argv[1], mmap_mode="r")
total = int(mapped.sum())
small = [b"x" * 1_000 + bytes([number % 256]) for number in range(60_000)]
kept = small[::500]
del small
before = held()
give_back_memory()
print(*before, *held())
assert int(mapped.sum()) == total and all(len(one) == 1_001 for one in kept)
"""


@pytest.mark.skipif(not _IS_LINUX, reason="only Linux is asked to take memory back")
def test_what_was_freed_and_pages_of_files_are_given_back(tmp_path: Path) -> None:
    np.save(tmp_path / "read.npy", np.arange(4_000_000, dtype=np.int64))
    done = subprocess.run(
        [sys.executable, "-c", _FREES_AND_MAPS, str(tmp_path / "read.npy")], check=True, capture_output=True, text=True
    )
    anon, files, anon_after, files_after = map(int, done.stdout.split())

    assert files - files_after > 28_000  # of 32 MB that were mapped
    assert anon - anon_after > 20_000  # of 60 MB in pieces, one in five hundred of which is kept


def test_what_a_mapping_was_written_to_stays(tmp_path: Path) -> None:
    np.save(tmp_path / "own.npy", np.zeros(100_000))
    written, copied = (np.load(tmp_path / "own.npy", mmap_mode=mode) for mode in ("r+", "c"))
    written[:50_000] = 1.0
    copied[50_000:] = 2.0
    give_back_memory()

    assert (written.sum(), copied.sum()) == (50_000.0, 150_000.0)


def test_a_system_without_a_way_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_name: object) -> None:
        raise AssertionError

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("ctypes.CDLL", refuse)
    give_back_memory()
