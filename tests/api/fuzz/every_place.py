"""Every place of every body and every parameter in turn, with what a column, a date or a number cannot be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final

from tests.api.fuzz.asking import Raw
from tests.api.fuzz.malformed import JSON, Target, shown
from tests.api.fuzz.sample import changed, places

__all__ = ["every_place"]

_JUNK: Final[tuple[object, ...]] = ("x\x00", 2**63, 10**30, "", "0" * 21, [], None, "a" * 20_001)


def every_place(known: Sequence[Target]) -> Iterator[Raw]:
    """Each place of each body, and each parameter, with what a column, a date or a number cannot be."""
    for target in known:
        for place in places(target.sample) if target.sample is not None else ():
            for junk in _JUNK:
                content = json.dumps(changed(target.sample, place, junk)).encode()
                family = f"{str(junk)[:9]!r} at {shown(place)}"
                path = target.path.encode()
                yield Raw(family, target.name, target.method, path, headers=[JSON], chunks=[content], may_pass=True)
        for name in target.query:
            yield from _every_value(target, name)


_NEEDED: Final = {"program": "kyoryokutai", "destination": "01468", "origin": "13112"}
_VALUES: Final = (
    *(b"%00", b"%ff", b"9" * 25, b"1e3", b"-1", b"", b"a%00b", b"2026-01-01T00:00:00", b"0001-01-01", b"9999-12-31"),
    *(b"\xe3\x81%82", b"%F0%9F%92%A9", b"x" * 5_000),
)


def _every_value(target: Target, name: str) -> Iterator[Raw]:
    rest = "".join(f"&{key}={value}" for key, value in _NEEDED.items() if key in target.query and key != name)
    content = b"" if target.sample is None else json.dumps(target.sample).encode()
    headers = [] if target.sample is None else [JSON]
    for value in _VALUES:
        query = name.encode() + b"=" + value + rest.encode()
        family, path = f"query {name} is {value[:12]!r}", target.path.encode()
        yield Raw(family, target.name, target.method, path, query, headers=headers, chunks=[content], may_pass=True)
