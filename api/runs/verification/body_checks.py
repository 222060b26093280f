"""What a run's body proves by itself, without the records it was computed from: is it whole, and does it add up?"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.canonical import canonical_json, digest_of

__all__ = ["BodyCheck", "body_checks", "object_in"]

_ROUNDED: Final = 1e-6  # figures of a body are written to so many digits


class BodyCheck(BaseModel):
    """One thing that must be true of every run."""

    name: str
    holds: bool
    words: str = Field(description="What is true where it holds.")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class _Cutoff(_Part):
    seats_left: int


class _Certificate(_Part):
    value: float
    bound: float
    gap: float
    holds: bool


class _Unmatched(_Part):
    applicant_id: str


class _Report(_Part):
    matched: int
    filled: int
    seats: int
    feasible: bool
    stable: bool
    blocking_pairs: list[tuple[str, str]]
    objective: float
    certificate: _Certificate | None
    cutoffs: dict[str, _Cutoff]
    unmatched: list[_Unmatched]


class _Body(_Part):
    mechanism: str
    matching: dict[str, str | None]
    report: _Report

    def held(self) -> Counter[str]:
        """How many people each posting holds."""
        return Counter(posting for posting in self.matching.values() if posting is not None)


def body_checks(text: str, digest: str) -> list[BodyCheck]:
    """Check a stored body against its digest, and its figures against each other.

    Parameters
    ----------
    text : str
        As it is stored.
    digest : str
        As it is stored beside it.

    Returns
    -------
    list of BodyCheck
        The digest first; where that does not hold, nothing that the body says is worth checking.
    """
    body = object_in(text)
    is_whole = _is_whole(body, text, digest)
    found = [BodyCheck(name="digest", holds=is_whole, words="本文は、保存したときのダイジェストのとおりです")]
    if not is_whole:
        return found
    try:
        read = _Body.model_validate(body)
    except ValidationError:
        return [*found, BodyCheck(name="form", holds=False, words="本文は、配置の記録の形をしています")]
    return [*found, *(BodyCheck(name=name, holds=check(read), words=words) for name, (check, words) in _CHECKS.items())]


def object_in(text: str) -> dict[str, Any]:
    """The JSON object a text holds; an empty one where it holds none."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", body) if isinstance(body, dict) else {}


def _is_whole(body: Mapping[str, Any], text: str, digest: str) -> bool:
    content = {key: value for key, value in body.items() if key != "digest"}
    is_canonical = hashlib.sha256(canonical_json(body).encode()).digest() == hashlib.sha256(text.encode()).digest()
    return is_canonical and body.get("digest") == digest == digest_of(content)


def _people_add_up(body: _Body) -> bool:
    n_placed = sum(body.held().values())
    without = sorted(applicant for applicant, posting in body.matching.items() if posting is None)
    told = sorted(line.applicant_id for line in body.report.unmatched)
    return body.report.matched == body.report.filled == n_placed and without == told


def _seats_add_up(body: _Body) -> bool:
    held, cutoffs = body.held(), body.report.cutoffs
    are_known = held.keys() <= cutoffs.keys() and all(line.seats_left >= 0 for line in cutoffs.values())
    return are_known and sum(held[an_id] + line.seats_left for an_id, line in cutoffs.items()) == body.report.seats


def _stability_is_told(body: _Body) -> bool:
    must_be_stable = body.mechanism == "deferred-acceptance"
    is_stable = not body.report.blocking_pairs
    return body.report.feasible and body.report.stable == is_stable and (is_stable or not must_be_stable)


def _certificate_holds(body: _Body) -> bool:
    proof = body.report.certificate
    if proof is None:
        return body.mechanism != "optimal-assignment"
    is_closed = (
        abs(proof.bound - proof.value - proof.gap) <= _ROUNDED and abs(proof.value - body.report.objective) <= _ROUNDED
    )
    return proof.holds and is_closed


_CHECKS: Final[Mapping[str, tuple[Callable[[_Body], bool], str]]] = {
    "people": (_people_add_up, "配置された人と、されなかった人の数が合います"),
    "seats": (_seats_add_up, "募集ごとの席の数が合います"),
    "stability": (_stability_is_told, "安定かどうかが、組み直したい組の一覧と合います"),
    "certificate": (_certificate_holds, "最適であることの証明書が、合計と合います"),
}
