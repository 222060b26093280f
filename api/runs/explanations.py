"""Why somebody was placed where, or nowhere, as the stored record of a round tells it: nothing is computed again.

The record was checked before it was stored, so what is read out of it holds for everybody in it: of a stable round
that no wish above the place held would have taken the person, of an optimal one who would rather have each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Annotated, Final, Literal, TypeAlias, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.http.errors import UnknownIdError
from api.storage.errors import DamagedRowError
from features.rounds.passed_over import WhyPassed
from features.rounds.results import Mechanism
from matching.explain.cutoffs import Reason as NoSeat

__all__ = ["Cutoff", "Explanation", "Explanations", "PassedOverLine", "PlaceReason", "UnmatchedLine", "explanations_of"]

PlaceReason: TypeAlias = NoSeat | Literal["no_wish_left", "not_applied", "other", "first_open_wish", "largest_total"]

_OF_PLACED: Final[Mapping[Mechanism, PlaceReason]] = {
    "deferred-acceptance": "first_open_wish",
    "optimal-assignment": "largest_total",
}
_SENTENCES: Final[Mapping[PlaceReason, str]] = {
    "first_open_wish": "希望の順に上から見て、受け入れることができた最初の募集です。",
    "largest_total": "双方の点数の合計がいちばん大きくなる組み合わせで、この募集になりました。",
    "capacity": "希望先の席が、希望する人より少なくなっています。",
    "priority": "希望先の席は、募集側の順位が上の人で埋まりました。",
    "list_length": "希望に入れていない募集に、受け入れることができたところがあります。",
    "eligibility": "希望先の条件を満たしません。",
    "not_applied": "この配置の案の募集に応募していません。",
    "no_wish_left": "配置できる希望先がありません"
    "（席がすでに決まった人で埋まっている、決まり、締切、希望しない地域のどれか）。",
    "other": "希望先の席は、ほかの組み合わせに使われました。",
}

_OF_PASSED: Final[Mapping[WhyPassed, str]] = {
    "ranked_above": "席は、募集側の順位が上の人で埋まりました。",
    "lottery": "最後に入った人と同じ点数で、公表したくじの番号で決まりました。",
    "other_pairs": "席は、全体の点数の合計が大きくなる組み合わせに使われました。",
}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Cutoff(_Part):
    """Who was the last to get in, by score; ``None`` where seats are left and everybody listed would have got in."""

    score: float | None
    seats_left: int


class UnmatchedLine(_Part):
    """One person without a place, as the record tells it."""

    applicant_id: str
    reasons: tuple[str, ...]
    refused_by: tuple[str, ...]
    open_to: tuple[str, ...]


class PassedWish(_Part):
    """One wish above the place somebody got: the own score there, and why it took others."""

    posting_id: str
    score: float
    why: WhyPassed


class PassedOverLine(_Part):
    """One person with a place below a wish, as the record tells it: ``n`` wishes above, the best of them told."""

    applicant_id: str
    n: int
    wishes: tuple[PassedWish, ...]


class _Report(_Part):
    passed_over: tuple[PassedOverLine, ...] = ()
    cutoffs: dict[str, Cutoff]
    unmatched: tuple[UnmatchedLine, ...]
    blocking_pairs: tuple[tuple[str, str], ...]


class _Run(_Part):
    mechanism: Mechanism
    matching: dict[str, str | None]
    report: _Report
    digest: str


class TellingReason(BaseModel):
    """One reason, by its code and in words."""

    code: PlaceReason
    sentence: str


class PostingCutoff(BaseModel):
    """A posting, and what it took to get in."""

    posting_id: str
    score: Annotated[float | None, Field(description="Of the last person admitted; null where seats are left.")]
    seats_left: int


class PassedPosting(PostingCutoff):
    """A wish above the place held, what it took to get in, and why it took others."""

    own_score: Annotated[float, Field(description="Of the person who asks.")]
    why: WhyPassed
    sentence: str


class Explanation(BaseModel):
    """Why one person was placed where, or nowhere."""

    applicant_id: str
    placed: Annotated[PostingCutoff | None, Field(description="Null for whoever holds no place.")]
    reasons: list[TellingReason]
    passed_over: Annotated[
        list[PassedPosting],
        Field(description="Of whoever holds a place below a wish: the best ten wishes above it, best first."),
    ]
    refused_by: Annotated[
        list[PostingCutoff],
        Field(description="Of whoever holds no place: wishes whose seats went to others, best wish first."),
    ]
    open_to: Annotated[
        list[str], Field(description="Of whoever holds no place: postings that would have taken the person.")
    ]
    rather: Annotated[
        list[str], Field(description="Postings with which the person would rather have each other: none if stable.")
    ]


class Explanations(BaseModel):
    """Explanations of one round, in the order of applicant ids."""

    run_id: str
    digest: Annotated[str, Field(description="That of the record they are read from.")]
    explanations: list[Explanation]
    total: int
    limit: int
    offset: int


def explanations_of(
    run_id: str,
    text: str,
    *,
    applicant_id: str | None = None,
    placed: bool | None = None,
    erased: Callable[[Collection[str]], Collection[str]] = lambda _: (),
    limit: int,
    offset: int,
) -> Explanations:
    """Explain some of the people of a stored round.

    Parameters
    ----------
    run_id, text : str
        The run, and its canonical JSON.
    applicant_id : str, optional
        Only this person.
    placed : bool, optional
        Only those with a place, or only those without.
    erased : callable, optional
        Who of some people is stored no longer: nobody is told of them.
    limit, offset : int
        How many at most, after how many.

    Raises
    ------
    UnknownIdError
        If the person is not in the round.
    DamagedRowError
        If the record is not one that a round has stored.
    """
    try:
        run = _Run.model_validate_json(text)
    except ValidationError:
        raise DamagedRowError("run", run_id) from None
    there = run.matching.keys() - erased(run.matching.keys())
    if applicant_id is not None and applicant_id not in there:
        raise UnknownIdError("applicant", applicant_id)
    asked = there if applicant_id is None else [applicant_id]
    found = [one for one in sorted(asked) if placed is None or placed == (run.matching[one] is not None)]
    page = found[offset : offset + limit]
    return Explanations(
        run_id=run_id,
        digest=run.digest,
        explanations=list(_explained(run, page)),
        total=len(found),
        limit=limit,
        offset=offset,
    )


def _explained(run: _Run, people: list[str]) -> Iterator[Explanation]:
    without = {line.applicant_id: line for line in run.report.unmatched}
    above = {line.applicant_id: line.wishes for line in run.report.passed_over}
    rather: dict[str, list[str]] = {}
    for applicant_id, posting_id in run.report.blocking_pairs:
        rather.setdefault(applicant_id, []).append(posting_id)
    for applicant_id in people:
        held, line = run.matching[applicant_id], without.get(applicant_id)
        yield Explanation(
            applicant_id=applicant_id,
            placed=None if held is None else _cutoff(run, held),
            reasons=[TellingReason(code=one, sentence=_SENTENCES[one]) for one in _reasons(run, held, line)],
            passed_over=[_passed(run, one) for one in above.get(applicant_id, ())],
            refused_by=[] if line is None else [_cutoff(run, one) for one in line.refused_by],
            open_to=[] if line is None else list(line.open_to),
            rather=rather.get(applicant_id, []),
        )


def _reasons(run: _Run, held: str | None, line: UnmatchedLine | None) -> tuple[PlaceReason, ...]:
    if held is not None:
        return (_OF_PLACED[run.mechanism],)
    if line is None or not line.reasons:
        return ("other",)
    return cast("tuple[PlaceReason, ...]", line.reasons)


def _passed(run: _Run, wish: PassedWish) -> PassedPosting:
    told = _cutoff(run, wish.posting_id).model_dump()
    return PassedPosting(**told, own_score=wish.score, why=wish.why, sentence=_OF_PASSED[wish.why])


def _cutoff(run: _Run, posting_id: str) -> PostingCutoff:
    # a posting without seats of its own has no cutoff, and nobody gets in
    last = run.report.cutoffs.get(posting_id, Cutoff(score=None, seats_left=0))
    return PostingCutoff(posting_id=posting_id, score=last.score, seats_left=last.seats_left)
