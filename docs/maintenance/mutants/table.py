"""What ``make mutants`` puts faults into, with which tests, and which faults are explained (``run.py`` puts them)."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

__all__ = [
    "ROOT",
    "Area",
    "Fault",
    "areas",
    "explained",
    "fault",
    "is_left_out",
    "is_left_out_on",
    "same_program",
    "tests_of",
]

ROOT: Final = Path(__file__).resolve().parents[3]
TABLE: Final = Path(__file__).with_name("areas.toml")
EXPLAINED: Final = Path(__file__).parents[1] / "surviving_mutants.md"
_BLOCK: Final = re.compile(r"^## `(?P<module>[^`]+)`$|^```diff\n(?P<diff>.*?)^```$", re.MULTILINE | re.DOTALL)

Fault: TypeAlias = tuple[str, str]  # lines taken away, lines put in their place


@dataclass(frozen=True)
class Area:
    """Modules whose tests are proved together.

    Attributes
    ----------
    name : str
    modules : tuple of str
        Paths from the root of the repository.
    tests : dict of str to list of str
        Pattern of module paths → test files, the quickest first; the first pattern that fits counts.
    """

    name: str
    modules: tuple[str, ...]
    tests: dict[str, list[str]]


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def is_left_out(operator: str) -> bool:
    """Whether the table leaves one of cosmic-ray's operators out."""
    return any(fnmatch(operator, pattern) for pattern in _table()["left_out"])


def is_left_out_on(operator: str, line: str) -> bool:
    """Whether the table leaves an operator out on lines like this one."""
    found = (lines for pattern, lines in _table()["left_out_lines"].items() if fnmatch(operator, pattern))
    return any(fnmatch(line, pattern) for lines in found for pattern in lines)


def areas(root: Path = ROOT, *, only: str = "*") -> list[Area]:
    """What ``areas.toml`` says; of the modules only those that fit a pattern."""
    return [
        Area(one["name"], tuple(path for path in _modules(root, one["modules"]) if fnmatch(path, only)), one["tests"])
        for one in _table()["area"]
    ]


def _modules(root: Path, patterns: Sequence[str]) -> Iterator[str]:
    found = sorted({path for pattern in patterns for path in root.glob(pattern)})
    return (path.relative_to(root).as_posix() for path in found if path.name != "__init__.py")


def tests_of(area: Area, module: str) -> list[str]:
    """Test files of a module; a module that no pattern fits is an error."""
    for pattern, files in area.tests.items():
        if fnmatch(module, pattern):
            return files
    raise KeyError(f"no tests for {module} in {TABLE.name}, expected a pattern of area {area.name} that fits")


def explained() -> set[tuple[str, Fault]]:
    """Module and fault of everything that ``surviving_mutants.md`` explains."""
    found: set[tuple[str, Fault]] = set()
    module = ""
    for block in _BLOCK.finditer(EXPLAINED.read_text(encoding="utf-8")):
        module = block["module"] or module
        if block["diff"]:
            found.add((module, fault(block["diff"])))
    return found


def fault(diff: str) -> Fault:
    """What a diff takes away and what it puts there, without indentation."""
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
    return _lines(lines, "-"), _lines(lines, "+")


def _lines(lines: list[str], sign: str) -> str:
    return "\n".join(line[1:].strip() for line in lines if line.startswith(sign))


class _Unannotated(ast.NodeTransformer):
    """The program without the annotations that nobody runs."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(value=None)
        return self.generic_visit(node)


def same_program(before: str, after: str) -> bool:
    """Whether only annotations differ; what does not compile counts as the same, for it says nothing about tests."""
    try:
        return ast.dump(_Unannotated().visit(ast.parse(before))) == ast.dump(_Unannotated().visit(ast.parse(after)))
    except SyntaxError:
        return True
