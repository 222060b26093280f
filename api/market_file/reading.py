"""Market and result files read strictly: what is not understood is refused, with the place, in one line."""

from __future__ import annotations

import gc
import json
import re
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from api.market_file.names import faults, shown
from api.market_file.records import CoupleRecord, MarketFile, MarketFileError, PostingRecord, RegionRecord, ResultFile

__all__ = ["parse_market", "parse_result", "read_json", "read_market", "read_result"]

Model = TypeVar("Model", bound=BaseModel)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def read_market(path: Path | str) -> MarketFile:
    """Read a market file.

    Raises
    ------
    MarketFileError
        One line that names the file and the place.
    """
    try:
        return parse_market(read_json(path))
    except MarketFileError as error:
        raise MarketFileError(f"{path}: {error}") from None


def read_result(path: Path | str) -> ResultFile:
    """Read a result file; ``mechanism`` and ``matching`` suffice.

    Raises
    ------
    MarketFileError
        One line that names the file and the place.
    """
    try:
        return parse_result(read_json(path))
    except MarketFileError as error:
        raise MarketFileError(f"{path}: {error}") from None


def read_json(path: Path | str) -> object:
    """Return the content of a JSON file, refusing what JSON readers pass over in silence.

    Raises
    ------
    MarketFileError
        The file cannot be read, is not UTF-8 or not JSON (with line and column), repeats a key of an object, or holds
        NaN or Infinity.
    """
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise MarketFileError(error.strerror or "cannot be read") from None
    except UnicodeDecodeError as error:
        raise MarketFileError(f"byte {error.start} is not UTF-8") from None
    try:
        return _parsed(text)
    except json.JSONDecodeError as error:
        raise MarketFileError(f"line {error.lineno} column {error.colno}: {error.msg}") from None
    except UnicodeEncodeError:
        raise MarketFileError(
            "a text holds half a surrogate pair (\\ud800 to \\udfff), expected whole characters"
        ) from None
    except RecursionError:
        raise MarketFileError("lists or objects are nested too deeply") from None
    except MarketFileError:
        raise
    except ValueError:
        raise MarketFileError("a number has too many digits") from None


def parse_market(content: object) -> MarketFile:
    """Return the market that parsed JSON describes, with every name followed.

    Raises
    ------
    MarketFileError
        One line that names the place.

    Examples
    --------
    >>> parse_market({"applicants": {"a1": ["p9"]}, "postings": {}})
    Traceback (most recent call last):
    api.market_file.records.MarketFileError: applicants.a1[0] names posting p9, which is not in postings
    """
    with _without_collections():
        market = _validated(MarketFile, content)
        for fault in faults(market):
            raise MarketFileError(fault)
    return market


def parse_result(content: object) -> ResultFile:
    """Return the result that parsed JSON describes.

    Raises
    ------
    MarketFileError
        One line that names the place.
    """
    return _validated(ResultFile, content)


def _parsed(text: str) -> object:
    with _without_collections():
        content: object = json.loads(text, object_pairs_hook=_unique_keys, parse_constant=_refuse_constant)
    if _SURROGATE.search(text):  # an escaped half of a surrogate pair is no text, both halves together are
        json.dumps(content, ensure_ascii=False).encode()
    return content


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        key, count = Counter(key for key, _ in pairs).most_common(1)[0]
        raise MarketFileError(f"key {shown(key)} stands {count} times in one object")
    return content


@contextmanager
def _without_collections() -> Generator[None]:
    """Keep the garbage collector from walking through millions of new texts, none of which is garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _refuse_constant(name: str) -> NoReturn:
    raise MarketFileError(f"{name} is not a number of JSON")


def _validated(model: type[Model], content: object) -> Model:
    if not isinstance(content, dict):
        raise MarketFileError(f"the file holds {_kind(content)}, expected an object")
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise MarketFileError(_sentence(model, error.errors()[0])) from None


_INNER: dict[str, type[BaseModel]] = {"postings": PostingRecord, "couples": CoupleRecord, "regions": RegionRecord}
_EXPECTED = {
    "int_type": "an integer >= 0",
    "greater_than_equal": "an integer >= 0",
    "less_than_equal": "an integer below 2147483648",
    "float_type": "a finite number",
    "finite_number": "a finite number",
    "string_type": "a text",
    "dict_type": "an object",
    "model_type": "an object",
    "tuple_type": "a list",
    "too_long": "a list of two",
}


def _sentence(model: type[BaseModel], error: ErrorDetails) -> str:
    """Say what pydantic found, without ever repeating a text that a person wrote."""
    *parents, last = error["loc"]
    if error["type"] == "extra_forbidden":
        owner = _INNER[str(parents[0])] if parents else model
        return f"{_place(parents)}unknown key {shown(str(last))}, expected one of {', '.join(owner.model_fields)}"
    if error["type"] == "missing":
        if isinstance(last, int):
            return f"{_place(parents, '')} has {last} entries, expected 2"
        return f"{_place(parents)}key {last} is missing"
    if error["type"] in {"wish", "wishes"}:
        return f"{_place(error['loc'], '')}{'' if error['type'] == 'wish' else ': '}{error['msg']}"
    return (
        f"{_place(error['loc'], '')} is {_kind(error['input'])}, expected {_EXPECTED.get(error['type'], error['msg'])}"
    )


def _place(parts: Sequence[int | str], ending: str = ": ") -> str:
    """Write ``("applicants", "a1", 2)`` as ``applicants.a1[2]``."""
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{shown(part)}" for part in parts)
    return place.lstrip(".") + ending if place else ""


def _kind(value: object) -> str:
    if isinstance(value, int) and abs(value) >= 2**64:
        return "an integer of too many digits"
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    kinds: dict[type, str] = {str: "a text", list: "a list", dict: "an object"}
    return kinds.get(type(value), "something else")
