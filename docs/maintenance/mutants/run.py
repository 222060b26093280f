"""Prove the tests: small faults are put into a copy of the code, and each one must make a test fail (``make mutants``).

cosmic-ray makes the faults (``<`` becomes ``<=``, ``0`` becomes ``1``, a loop runs never …) and runs the tests; this
file only chooses. A place in the code is drawn at random, then one of the faults possible there, so that an operator
with ten neighbours weighs no more than a number with two. Which tests a module has stands in ``areas.toml``; what no
test can tell apart from the code is explained in ``../surviving_mutants.md``. Kernels run uncompiled: a compiled
caller would keep the faultless kernel that was linked into it.

    python docs/maintenance/mutants/run.py --seed 1 --each 30 [--area guard] [--only "features/guard/c*"]
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from cosmic_ray import plugins
from cosmic_ray.ast import ast_nodes, get_ast_from_path
from cosmic_ray.mutating import mutate_and_test, mutate_code
from cosmic_ray.testing import run_tests
from cosmic_ray.work_item import MutationSpec, TestOutcome
from scipy.stats import binomtest
from table import ROOT, Area, Fault, areas, explained, fault, is_left_out, is_left_out_on, same_program, tests_of

_NOT_COPIED: Final = (".git", ".venv", "out", "dist", "*.nbi", "*.nbc", ".hypothesis", ".*_cache", "node_modules")
_LONGEST: Final = 900.0  # seconds for the tests of an area on the code as it is

Place: TypeAlias = tuple[str, tuple[int, int], tuple[int, int]]  # module, where it begins, where it ends


def _places(module: str) -> dict[Place, list[MutationSpec]]:
    """Every place of a module where a fault can be put, with the faults possible there."""
    nodes = list(ast_nodes(get_ast_from_path(Path(module))))
    found: dict[Place, list[MutationSpec]] = {}
    for name in plugins.operator_names():
        operator = plugins.get_operator(name)
        if operator.arguments() or is_left_out(name):
            continue
        spans = (span for node in nodes for span in operator().mutation_positions(node))
        for occurrence, (start, end) in enumerate(spans):
            found.setdefault((module, start, end), []).append(MutationSpec(module, name, occurrence, start, end))
    return found


def _sample(area: Area, each: int, rng: np.random.Generator) -> Iterator[MutationSpec]:
    """Faults that change the program, at most one a place."""
    places = [found for module in area.modules for found in _places(module).values()]
    for place in rng.permutation(len(places)):
        one = places[place][rng.integers(len(places[place]))]
        code = one.module_path.read_text(encoding="utf-8")
        if is_left_out_on(one.operator_name, code.splitlines()[one.start_pos[0] - 1]):
            continue
        if not same_program(code, mutate_code(code, plugins.get_operator(one.operator_name)(), one.occurrence)):
            yield one
            each -= 1
        if each == 0:
            return


class _Tests:
    """The tests as commands, and how long each may take: measured once on the code as it is."""

    def __init__(self, seed: int) -> None:
        self._words = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
        self._words += [f"--hypothesis-seed={seed}", "--hypothesis-profile=mutants"]
        self._words += ["-k", "not postgresql"]  # one database is enough to find a fault
        self._seconds: dict[str, float] = {}

    def command(self, files: Sequence[str]) -> str:
        return shlex.join([*self._words, *files])

    def limit(self, files: Sequence[str]) -> float:
        """Seconds after which a fault is found because nothing comes to an end any more."""
        command = self.command(files)
        if command not in self._seconds:
            begun = time.monotonic()
            outcome, printed = run_tests(command, _LONGEST)
            if outcome is not TestOutcome.SURVIVED:
                raise SystemExit(f"the tests fail without any fault: {command}\n{printed}")
            self._seconds[command] = 10 + 2 * (time.monotonic() - begun)
        return self._seconds[command]


def _prove(area: Area, drawn: Sequence[MutationSpec], tests: _Tests, known: set[tuple[str, Fault]]) -> bool:
    """Run the tests of an area on every fault drawn; whether none survives without explanation."""
    modules = sorted({one.module_path.as_posix() for one in drawn})
    tests.limit([*tests_of(area, modules[0]), *modules])  # their examples hold, where they have any
    ends: list[str] = []
    for one in drawn:
        module = one.module_path.as_posix()
        files = tests_of(area, module)
        limit = tests.limit(files)
        begun = time.monotonic()
        result = mutate_and_test([one], tests.command([*files, module]), limit)
        diff = str(result.diff or result.output)
        end = "killed" if result.is_killed else "explained" if (module, fault(diff)) in known else "SURVIVED"
        _say(f"{end:9} {time.monotonic() - begun:5.1f} s  {module}:{one.start_pos[0]}  {one.operator_name}")
        if end == "SURVIVED":
            _say(diff)
        ends.append(end)
    _say(_score(area.name, ends))
    return "SURVIVED" not in ends


def _score(name: str, ends: Sequence[str]) -> str:
    """Share of the faults found, of those that a test can find."""
    n_killed, n_explained = ends.count("killed"), ends.count("explained")
    findable = len(ends) - n_explained
    if findable == 0:
        return f"SCORE {name}: nothing to find; {n_explained} explained"
    low, high = binomtest(n_killed, findable).proportion_ci(method="wilson")
    share = f"{n_killed / findable:.0%}, 95 % interval {low:.0%} to {high:.0%}"
    return f"SCORE {name}: {n_killed} of {findable} killed ({share}); {n_explained} explained besides"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=30, help="faults drawn in each area")
    parser.add_argument("--area", action="append", help="only this area")
    parser.add_argument("--only", default="*", help="only modules that fit this pattern")
    return parser.parse_args()


def main() -> int:
    """Copy the tree, prove the tests there; 1 where a fault survives unexplained."""
    options, known = _options(), explained()
    held = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*_NOT_COPIED))
        os.environ |= {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(copy)}
        os.chdir(copy)  # where cosmic-ray's paths and commands begin
        tests = _Tests(options.seed)
        for area in areas(copy, only=options.only):
            if area.modules and (not options.area or area.name in options.area):
                rng = np.random.default_rng([options.seed, *area.name.encode()])
                held.append(_prove(area, list(_sample(area, options.each, rng)), tests, known))
        os.chdir(ROOT)
    return int(not all(held))


if __name__ == "__main__":
    sys.exit(main())
