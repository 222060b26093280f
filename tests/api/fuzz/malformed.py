"""Requests with something wrong in them, made from the OpenAPI document as it is now and a seed."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from tests.api.fuzz.asking import Raw
from tests.api.fuzz.sample import Place, Sampler, changed, places

__all__ = ["JSON", "LARGEST_BODY", "SENT", "Target", "junk_for", "malformed", "shown", "targets"]

SENT: Final = "毒の字"  # stands in every text that is sent: no refusal may repeat it
LARGEST_BODY: Final = 64 * 1024  # what the service under test takes
JSON: Final = (b"content-type", b"application/json")
_Body: TypeAlias = tuple[str, bytes]


@dataclass(frozen=True)
class Target:
    """One operation of the document: how it is asked, and a body that fits.

    ``path`` names stored records, the same as the body; what a ``POST`` would make has an id of its own.
    """

    method: str
    template: str
    path: str
    query: tuple[str, ...]
    sample: Any
    schema: Mapping[str, Any] | None

    @property
    def name(self) -> str:
        """``POST /api/v1/postings``."""
        return f"{self.method} {self.template}"


def targets(document: dict[str, Any], ids: Mapping[str, Sequence[str]]) -> list[Target]:
    """Every operation of a document, those with a body twice: with all they take, and with what they need."""
    return [
        _target(document, ids, path, method, is_whole=is_whole)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        for is_whole in ((True, False) if "requestBody" in operation else (True,))
    ]


def _target(
    document: dict[str, Any], ids: Mapping[str, Sequence[str]], path: str, method: str, *, is_whole: bool
) -> Target:
    operation = document["paths"][path][method]
    query = tuple(one["name"] for one in operation.get("parameters", ()) if one["in"] == "query")
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    sample = None if schema is None else Sampler(document, ids, is_whole=is_whole).value(schema)
    collection = path.rpartition("/")[2]
    if method == "post" and isinstance(sample, dict):
        made = {name: "new" for name in sample if name.endswith("_id") and collection.startswith(name[:-4])}
        sample = {**sample, **made}
    named = re.sub(r"\{(\w+)\}", lambda found: quote((ids.get(found[1]) or ["x"])[0], safe=""), path)
    return Target(method.upper(), path, named, query, sample, schema)


def malformed(known: Sequence[Target], ids: Mapping[str, Sequence[str]], rng: Random) -> Iterator[Raw]:
    """One request after the other, without end; the same seed gives the same ones."""
    with_body = [target for target in known if target.sample is not None]
    families: tuple[tuple[Callable[[Target, Mapping[str, Sequence[str]], Random], Raw], Sequence[Target], int], ...] = (
        (_broken_json, with_body, 20),
        (_wrong_value, with_body, 30),
        (_other_shape, with_body, 10),
        (_not_json, with_body, 10),
        (_wrong_length, with_body, 6),
        (_wrong_path, known, 10),
        (_wrong_query, known, 8),
        (_wrong_header, known, 10),
    )
    weights = [weight for _, _, weight in families]
    while True:
        make, suitable, _ = rng.choices(families, weights)[0]
        yield make(rng.choice(suitable), ids, rng)


def _path_of(target: Target, ids: Mapping[str, Sequence[str]], rng: Random, junk: str | None = None) -> bytes:
    if junk is None and rng.random() < 0.7:
        return target.path.encode()

    def named(found: re.Match[str]) -> str:
        return quote(rng.choice(ids.get(found[1]) or ["x"]), safe="") if junk is None else junk

    return re.sub(r"\{(\w+)\}", named, target.template).encode()


def _with_body(
    target: Target, ids: Mapping[str, Sequence[str]], rng: Random, body: _Body, *, may_pass: bool = False
) -> Raw:
    family, content = body
    path = _path_of(target, ids, rng)
    return Raw(family, target.name, target.method, path, headers=[JSON], chunks=[content], may_pass=may_pass)


def _broken_json(target: Target, ids: Mapping[str, Sequence[str]], rng: Random) -> Raw:
    text = json.dumps(_spoken(target.sample), ensure_ascii=False)
    cut = rng.randrange(len(text))
    broken: tuple[Callable[[], _Body], ...] = (
        lambda: ("truncated", text.encode()[: rng.randrange(len(text.encode()))]),
        lambda: ("a letter too many", (text[:cut] + rng.choice(',:{}[]"\\x') * 3 + text[cut:]).encode()),
        lambda: ("nested lists", b"[" * rng.choice([100, 1_000, 20_000])),
        lambda: ("nested objects", b'{"a":' * rng.choice([100, 1_000, 9_000])),
        lambda: ("closed nested lists", b"[" * 900 + b"]" * 900),
        lambda: ("a key twice", ('{"x": 1, "x": 2, ' + text[1:]).encode()),
        lambda: ("half a key twice", b'{"\\ud800": 1, "\\ud800": 2}'),
        lambda: ("not a number", text.replace('"', rng.choice(['NaN"', 'Infinity"', '-Infinity"']), 1).encode()),
        lambda: ("NaN", b'{"x": ' + rng.choice([b"NaN", b"Infinity", b"-Infinity"]) + b"}"),
        lambda: ("too many digits", b'{"x": ' + b"9" * rng.choice([4_301, 20_000]) + b"}"),
        lambda: ("beyond any float", b'{"x": 1e999999}'),
        lambda: ("UTF-16", text.encode("utf-16")),
        lambda: ("UTF-32", text.encode("utf-32")),
        lambda: ("not UTF-8", text.encode("cp932", "replace") + b"\xff\xfe\xfa"),
        lambda: ("NUL", text.encode().replace(b'"', b'"\x00', 1)),
        lambda: ("a line break in a text", text.replace('"', '"\n', 1).encode()),
        lambda: ("single quotes", text.replace('"', "'").encode()),
        lambda: ("a comment", b"/* x */ " + text.encode()),
        lambda: ("two documents", (text + text).encode()),
        lambda: ("nothing", b""),
        lambda: ("blanks", b" \n\t "),
        lambda: ("noise", rng.randbytes(rng.randrange(1, 200))),
        lambda: ("a bare word", rng.choice([b"null", b"true", b"7", b'"x"', b"[]", b"undefined"])),
    )
    return _with_body(target, ids, rng, rng.choice(broken)(), may_pass=True)


def _wrong_value(target: Target, ids: Mapping[str, Sequence[str]], rng: Random) -> Raw:
    place = rng.choice(list(places(target.sample)))
    junk = rng.choice(junk_for(place))
    body = changed(_spoken(target.sample), place, junk)
    if rng.random() < 0.2:
        other = rng.choice(list(places(target.sample)))
        body = body if other[: len(place)] == place else changed(body, other, rng.choice(junk_for(other)))
    content = json.dumps(body).encode()  # half characters go as escapes
    return _with_body(target, ids, rng, (f"{type(junk).__name__} at {shown(place)}", content), may_pass=True)


def _other_shape(target: Target, ids: Mapping[str, Sequence[str]], rng: Random) -> Raw:
    sample = _spoken(target.sample)
    objects = [place for place in places(sample) if isinstance(_at(sample, place), dict)]
    if not objects:
        return _broken_json(target, ids, rng)
    place = rng.choice(objects)
    inner = dict(_at(sample, place))
    lost = rng.choice(sorted(inner)) if inner else ""
    shapes: tuple[tuple[str, object], ...] = (
        (
            "an unknown key",
            {**inner, rng.choice(["zz", "age", "sex", "__proto__", "$ref", "", "\ud800", "x\x00"]): SENT},
        ),
        ("a key of two spellings", {**inner, lost.upper(): SENT}),
        ("a missing key", {key: value for key, value in inner.items() if key != lost}),
        ("an object in a list", [inner]),
        ("pairs for an object", list(inner.items())),
        ("many keys", {**inner, **{f"k{number}": SENT for number in range(300)}}),
    )
    family, shape = rng.choice(shapes)
    content = json.dumps(changed(sample, place, shape)).encode()
    return _with_body(target, ids, rng, (f"{family} at {shown(place)}", content), may_pass=True)


def _not_json(target: Target, ids: Mapping[str, Sequence[str]], rng: Random) -> Raw:
    text = json.dumps(_spoken(target.sample), ensure_ascii=False).encode()
    multipart = (
        b'--b\r\ncontent-disposition: form-data; name="file"; filename="../../x"\r\n\r\n' + text + b"\r\n--b--\r\n"
    )
    kinds: tuple[tuple[bytes, bytes, bytes | None], ...] = (
        (b"text/plain", text, None),
        (
            b"application/xml",
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
            None,
        ),
        (b"application/x-www-form-urlencoded", b"applicant_id=a1&programs=x", None),
        (b"multipart/form-data; boundary=b", multipart, None),
        (b"multipart/form-data", multipart, None),
        (b"application/octet-stream", text, None),
        (b"application/json;", gzip.compress(b" " * 1_000_000 + text), b"gzip"),
        (b"application/json", gzip.compress(text), b"gzip"),
        (b"application/json", text[::-1], b"br"),
        (b"\xff\xfe", text, None),
        (b"application/", text, None),
        (b"", text, None),
    )
    kind, content, encoding = rng.choice(kinds)
    headers = [(b"content-type", kind), *([] if encoding is None else [(b"content-encoding", encoding)])]
    family = f"{kind.decode('latin-1') or 'no type'} {(encoding or b'').decode()}"
    return Raw(family, target.name, target.method, _path_of(target, ids, rng), headers=headers, chunks=[content])


def _wrong_length(target: Target, ids: Mapping[str, Sequence[str]], rng: Random) -> Raw:
    text = json.dumps(_spoken(target.sample), ensure_ascii=False).encode()
    large = text[:-1] + b" " * LARGEST_BODY + text[-1:]
    path = _path_of(target, ids, rng)
    kind = rng.randrange(6)
    if kind == 0:
        headers = [JSON, (b"content-length", str(len(large)).encode())]
        return Raw("too large", target.name, target.method, path, headers=headers, chunks=[large])
    if kind == 1:
        pieces = [large[row : row + 5_000] for row in range(0, len(large), 5_000)]
        return Raw("too large in pieces", target.name, target.method, path, headers=[JSON], chunks=pieces)
    if kind == 2:
        headers = [JSON, (b"content-length", b"9" * rng.choice([9, 30]))]
        return Raw("said to be large", target.name, target.method, path, headers=headers, chunks=[text])
    lie = rng.choice([b"-1", b"abc", b"0", b"1", b"", "７".encode(), b"1, 2"])
    headers = [JSON, (b"content-length", lie), (b"transfer-encoding", b"chunked")]
    is_broken_off = kind == 3
    chunks = [text[: len(text) // 2]] if is_broken_off else [text[:3], text[3:]]
    family = "broken off" if is_broken_off else "a length that is none"
    return Raw(
        family,
        target.name,
        target.method,
        path,
        headers=headers,
        chunks=chunks,
        is_broken_off=is_broken_off,
        may_pass=True,
    )


_UNKNOWN_KEYS: Final = ("zz", "age", "sex", "__proto__", "$ref", "", "\ud800", "x\x00")
_IDS: Final = (
    *("%00", "%0a", "%0d%0aset-cookie:%20x=y", "%7f", "%ff", "%c0%af", "%ed%a0%80", "%e2%80%ae", "%ef%b7%90", "%"),
    *("..", "%2e%2e", "..%2f..%2f..%2fetc%2fpasswd", "%252e%252e%252f", "..%5c..%5cwindows", "%2f", "%2Fcandidates"),
    *("'%20OR%201=1--", "%22%3B%20DROP%20TABLE%20applicant", "%7bposting_id%7d", "*", "%25", "%25s%25n", "$%7b7*7%7d"),
    *("x;a=b", "%F0%9F%92%A9", "null", "-1", "0x10", "a1%20", "%20a1", "A1", "a1%00", "a1.json", "P1", "zz"),
    *("a" * 201, "a" * 5_000, "%E3%81%82" * 200),
)


def _wrong_path(target: Target, ids: Mapping[str, Sequence[str]], rng: Random) -> Raw:
    right = _path_of(target, ids, rng)
    whole: tuple[tuple[str, bytes], ...] = (
        ("a slash at the end", right + b"/"),
        ("two slashes", right.replace(b"/v1/", b"/v1//")),
        ("two slashes first", b"/" + right),
        ("another folder", b"/static/.." + right),
        ("capitals", right.upper()),
        ("an ending", right + b".json"),
        ("a parameter of the path", right.replace(b"/v1", b"/v1;v=2")),
        ("another version", right.replace(b"/v1", b"/v2")),
        ("encoded slashes", right.replace(b"/", b"%2f")),
        ("everything encoded twice", right.replace(b"/v1/", b"/v1%252f")),
    )
    if "{" in target.template and rng.random() < 0.8:
        junk = rng.choice(_IDS)
        family, path = f"id {junk[:20]}", _path_of(target, ids, rng, junk)
    else:
        family, path = rng.choice(whole)
    content = b"" if target.sample is None else json.dumps(_spoken(target.sample)).encode()
    headers = [] if target.sample is None else [JSON]
    return Raw(family, target.name, target.method, path, headers=headers, chunks=[content])


def _wrong_query(target: Target, ids: Mapping[str, Sequence[str]], rng: Random) -> Raw:
    word = quote(SENT).encode()
    known = rng.choice(target.query).encode() if target.query else b"limit"
    takes_any = target.template.endswith("/callback")  # an organisation adds parameters of its own
    unknown: tuple[tuple[str, bytes], ...] = (
        ("unknown", b"zzz=" + word),
        ("unknown and long", b"zzz=" + b"a" * 60_000),
        ("brackets", known + b"[]=" + word),
        ("a path in brackets", known + b"[a][b]=" + word),
        ("capitals", known.upper() + b"=1"),
        ("no name", b"=" + word),
        ("many", b"&".join(b"q%d=%s" % (number, word) for number in range(500))),
    )
    junk = (
        word,
        b"",
        b"%00",
        b"%ff",
        b"\xe3\x81%82",
        b"%",
        b"1e3",
        b"-1",
        b"9" * 400,
        b"1.5",
        b"true",
        b"0x1",
        b"2026-13-45",
        b"1" + word,
    )
    odd: tuple[tuple[str, bytes], ...] = (
        ("a value", known + b"=" + rng.choice(junk)),
        ("twice", known + b"=1&" + known + b"=" + rng.choice(junk)),
        ("a long value", known + b"=" + b"a" * 60_000),
        ("separators", b"&&&;;;==="),
    )
    is_odd = rng.random() < 0.5
    family, query = rng.choice(odd if is_odd else unknown)
    content = b"" if target.sample is None else json.dumps(_spoken(target.sample)).encode()
    headers = [] if target.sample is None else [JSON]
    path = _path_of(target, ids, rng)
    may_pass = is_odd or takes_any
    return Raw(
        f"query {family}", target.name, target.method, path, query, headers=headers, chunks=[content], may_pass=may_pass
    )


def _wrong_header(target: Target, ids: Mapping[str, Sequence[str]], rng: Random) -> Raw:
    word = SENT.encode()
    refused: tuple[tuple[bytes, bytes], ...] = (
        (b"authorization", b"Bearer " + word),
        (b"authorization", b"Bearer"),
        (b"authorization", b"Bearer enmusubi_" + b"A" * 43),
        (b"authorization", b"Bearer \x00"),
        (b"authorization", b"Basic " + word),
        (b"authorization", b"bearer " + b"x" * 60_000),
        (b"authorization", b"\xff\xfe"),
    )
    passed: tuple[tuple[bytes, bytes], ...] = (
        (b"if-match", word),
        (b"if-match", b'"' * 999),
        (b"if-match", b"W/*, " * 500),
        (b"cookie", b"__Host-enmusubi-session=" + word),
        (b"cookie", b"=;=;;; a=b=c; " * 500),
        (b"host", b"evil.example"),
        (b"host", b"a b\x00"),
        (b"origin", b"https://evil.example"),
        (b"sec-fetch-site", b"cross-site"),
        (b"x-http-method-override", b"DELETE"),
        (b"x-forwarded-for", word + b", 127.0.0.1"),
        (b"x-forwarded-proto", b"javascript"),
        (b"accept", b"image/png"),
        (b"accept-encoding", b"gzip;q=x"),
        (b"range", b"bytes=0-0,0-0," * 99),
        (b"expect", b"100-continue"),
        (b"enmusubi-purpose", word),
        (b"enmusubi-purpose", b"selection\r\nx: y"),
        (b"idempotency-key", word),
        (b"idempotency-key", b"k" * 9_000),
        (b"idempotency-key", b""),
        (b"last-event-id", b"-1"),
        (b"last-event-id", word),
        (b"x-request-id", b"x\r\nset-cookie: a=b"),
        (b"traceparent", b"\xff" * 99),
    )
    is_refused = rng.random() < 0.4
    name, value = rng.choice(refused if is_refused else passed)
    content = b"" if target.sample is None else json.dumps(_spoken(target.sample)).encode()
    headers = [(name, value)] if target.sample is None else [JSON, (name, value)]
    path = _path_of(target, ids, rng)
    family = f"header {name.decode()}"
    return Raw(family, target.name, target.method, path, headers=headers, chunks=[content], may_pass=not is_refused)


def junk_for(place: Place) -> list[object]:
    """Values that fit hardly anywhere; an id may stand in an answer, so what stands for one says nothing."""
    is_id = any(isinstance(part, str) and (part.endswith("_id") or part in _NAMES_OF_IDS) for part in place)
    text = "zz" if is_id else SENT
    numbers: list[object] = [0, -1, 1.5, 10**30, -(10**18), 1e308, 2**63, 5e-324, True, False]
    texts: list[object] = ["", text, text * 7_000, f"{text}\x00", "\ud800", "2026-02-30", "0", "9" * 400, "true"]
    return [*numbers, *texts, None, [], [[]], [text], {}, {"k": text}, [{"k": text}], [None] * 300]


_NAMES_OF_IDS: Final = frozenset({"members", "joint_preferences", "people", "id", "ids", "actor"})


def _spoken(value: Any) -> Any:
    """The sample with the word in its free texts, which are those of one letter."""
    if isinstance(value, dict):
        return {
            key: inner if key.endswith("_id") or key in _NAMES_OF_IDS else _spoken(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_spoken(inner) for inner in value]
    return SENT if value == "x" else value


def _at(value: Any, place: Place) -> Any:
    for part in place:
        value = value[part]
    return value


def shown(place: Place) -> str:
    """A place as one word."""
    return ".".join(map(str, place)) or "the whole"
