"""Files with something wrong in them, for every command that reads one, made from a seed."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final, TypeAlias

from tests.api.fuzz.malformed import SENT, junk_for
from tests.api.fuzz.sample import changed, places

__all__ = ["Broken", "Kind", "broken_files"]

_Change: TypeAlias = Callable[[bytes, Random], bytes]


@dataclass(frozen=True)
class Kind:
    """One kind of file: a whole one, and the command that reads the broken one in its place.

    Attributes
    ----------
    name : str
        Ends in ``.json``, ``.toml``, ``.csv`` or ``.backup``, which decides what can be wrong.
    whole : bytes
    command : callable
        Path → arguments.
    weight : int
        How often it comes.
    """

    name: str
    whole: bytes
    command: Callable[[Path], list[str]]
    weight: int = 1


@dataclass(frozen=True)
class Broken:
    """A broken file; ``must_fail`` where no reader may take it."""

    kind: Kind
    family: str
    content: bytes
    must_fail: bool


def broken_files(kinds: list[Kind], rng: Random) -> Iterator[Broken]:
    """One broken file after the other, without end; the same seed gives the same ones."""
    while True:
        kind = rng.choices(kinds, [kind.weight for kind in kinds])[0]
        ending = kind.name.rpartition(".")[2]
        changes = {**_OF_ANY, **_OF_ENDING.get(ending, {})}
        family = rng.choice(sorted(changes))
        change, must_fail = changes[family]
        yield Broken(kind, family, change(kind.whole, rng), must_fail and ending != "csv")


def _cut(content: bytes, rng: Random) -> bytes:
    return content[: rng.randrange(1, max(2, len(content) - 3))]


def _flipped(content: bytes, rng: Random) -> bytes:
    changed_bytes = bytearray(content)
    for _ in range(rng.randrange(1, 5)):
        changed_bytes[rng.randrange(len(changed_bytes))] ^= 1 << rng.randrange(8)
    return bytes(changed_bytes)


def _as_json(edit: Callable[[Any, Random], Any]) -> _Change:
    def change(content: bytes, rng: Random) -> bytes:
        return json.dumps(edit(json.loads(content), rng)).encode()

    return change


def _wrong_value(content: Any, rng: Random) -> Any:
    place = rng.choice(list(places(content)))
    return changed(content, place, rng.choice(junk_for(place)))


def _unknown_key(content: Any, rng: Random) -> Any:
    objects = [place for place in places(content) if isinstance(_at(content, place), dict)]
    place = rng.choice(objects)
    return changed(content, place, {**_at(content, place), rng.choice(["zz", "年齢", "\ud800"]): SENT})


def _at(value: Any, place: tuple[str | int, ...]) -> Any:
    for part in place:
        value = value[part]
    return value


def _toml_line(content: bytes, rng: Random) -> bytes:
    lines = content.decode().splitlines()
    row = rng.choice([row for row, line in enumerate(lines) if "=" in line])
    name = lines[row].partition("=")[0]
    junk = rng.choice(["[[]]", f'"{SENT}"', "nan", "-inf", "1979-05-27", "true", "{}", "9" * 30, "", '"""', "0x"])
    lines[row] = rng.choice([f"{name}= {junk}", lines[row] + "\n" + lines[row], f"{name}.x = 1", f"zz_{row} = 1"])
    return "\n".join(lines).encode()


def _inside(edit: _Change) -> _Change:
    """A change of what an archive holds, packed again."""

    def change(content: bytes, rng: Random) -> bytes:
        return gzip.compress(edit(gzip.decompress(content), rng), mtime=0)

    return change


def _lines_moved(content: bytes, rng: Random) -> bytes:
    lines = content.split(b"\n")
    first, second = rng.sample(range(len(lines) - 1), 2)
    lines[first], lines[second] = lines[second], lines[first]
    return b"\n".join(lines)


def _line_lost(content: bytes, rng: Random) -> bytes:
    lines = content.split(b"\n")
    del lines[rng.randrange(len(lines) - 1)]
    return b"\n".join(lines)


def _number_changed(content: bytes, rng: Random) -> bytes:
    found = rng.choice(list(re.finditer(rb"\d", content)))
    return content[: found.start()] + (b"7" if found[0] != b"7" else b"3") + content[found.end() :]


def _utf_16(content: bytes, _rng: Random) -> bytes:
    return content.decode().encode("utf-16")


_OF_ANY: Final[Mapping[str, tuple[_Change, bool]]] = {
    "cut off": (_cut, False),
    "flipped bits": (_flipped, False),
    "noise": (lambda _content, rng: rng.randbytes(rng.randrange(1, 400)), True),
    "nothing": (lambda _content, _rng: b"", False),
    "NUL first": (lambda content, _rng: b"\x00" + content, True),
    "not UTF-8": (lambda content, _rng: b"\xff\xfe\xfa" + content, True),
}
_JSON: Final[Mapping[str, tuple[_Change, bool]]] = {
    "a wrong value": (_as_json(_wrong_value), False),
    "an unknown key": (_as_json(_unknown_key), False),
    "nested lists": (lambda _content, rng: b"[" * rng.choice([1_000, 100_000]), True),
    "nested objects": (lambda _content, rng: b'{"a":' * rng.choice([1_000, 50_000]), True),
    "a key twice": (lambda content, _rng: b'{"zz": 1, "zz": 2, ' + content.lstrip()[1:], True),
    "NaN": (lambda content, _rng: re.sub(rb"\d+", b"NaN", content, count=1) if b"1" in content else b"NaN", False),
    "too many digits": (lambda _content, _rng: b'{"applicants": ' + b"9" * 9_000 + b"}", True),
    "UTF-16": (_utf_16, True),
    "cp932": (lambda content, _rng: b"\x93\xfa\x96\x7b" + content, True),
    "a bare word": (lambda _content, rng: rng.choice([b"null", b"7", b'"x"', b"[]", b"undefined"]), True),
}
_OF_ENDING: Final[Mapping[str, Mapping[str, tuple[_Change, bool]]]] = {
    "json": _JSON,
    "toml": {
        "a wrong line": (_toml_line, False),
        "UTF-16": (lambda content, _rng: content.decode().encode("utf-16"), True),
    },
    "csv": {"UTF-16": (lambda content, _rng: content.decode().encode("utf-16"), False)},
    "backup": {
        "cut off": (_cut, True),
        "flipped bits inside": (_inside(_flipped), True),
        "lines moved": (_inside(_lines_moved), True),
        "a line lost": (_inside(_line_lost), True),
        "a number changed": (_inside(_number_changed), True),
        "a bomb": (lambda _content, _rng: gzip.compress(b" " * 20_000_000), True),
        "a bomb of lines": (lambda _content, _rng: gzip.compress(b"[]\n" * 2_000_000), True),
        "nested lists inside": (lambda _content, _rng: gzip.compress(b"[" * 200_000 + b"\n"), True),
        "not packed": (lambda content, _rng: gzip.decompress(content), True),
        "packed twice": (lambda content, _rng: gzip.compress(content), True),
    },
}
