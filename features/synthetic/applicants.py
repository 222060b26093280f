"""Applicants, applications and households of the 協力隊 half of the sample market, from people and their choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone

import numpy as np
from numpy.typing import NDArray

from features.records import Applicant, Application
from features.synthetic.columns import Columns, rows, some_unknown
from features.synthetic.draws import at, known_mask, pick, quota_labels
from features.synthetic.parameters import number, shares
from features.synthetic.people import People
from features.synthetic.people_texts import N_UNIFORMS, person_text
from features.synthetic.places import places
from features.synthetic.posting_conditions import sample_date
from features.synthetic.postings import DrawnPostings
from features.synthetic.private_wishes import private_columns
from features.synthetic.skills import driving_column, skill_column
from features.synthetic.texts import Topic, member_topics

__all__ = ["CONSENT", "application_records", "member_applicants", "received"]

CONSENT: Mapping[str, object] = {
    "purposes": ("適合度の算定", "応募先自治体による選考"),
    "share_with": ("応募先自治体",),
    "scout_ok": False,
    "expiry": date(2027, 11, 30),
}
_JST = timezone(timedelta(hours=9))


def member_applicants(
    rng: np.random.Generator,
    people: People,
    postings: DrawnPostings,
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> tuple[Applicant, ...]:
    """The registered people as records with ids ``a00001`` …

    Parameters
    ----------
    rng : numpy.random.Generator
        The only source of chance.
    people : People
        Their latent and eligibility columns.
    postings : DrawnPostings
        Places known from a visit are among these.
    pairs : tuple of ndarray
        Applicant and posting rows of the applications: who applies has mostly been there.
    """
    topics = at(member_topics(), people.topic)
    jobs = _occupations(rng, topics)
    profile = some_unknown(rng, _profile(rng, people, topics, jobs), shares("unknown_applicant"))
    profile |= some_unknown(rng, {"links": _links(rng, len(people), postings, pairs)}, shares("unknown_applicant"))
    scout = (rng.random(len(people)) < 0.6).tolist()
    return tuple(
        Applicant.model_validate(
            {
                "applicant_id": f"a{row:05d}",
                "programs": ("kyoryokutai",),
                "selection_profile": selection,
                "private_preferences": private,
                "consent": {**CONSENT, "scout_ok": scout_ok},
            }
        )
        for row, (selection, private, scout_ok) in enumerate(
            zip(rows(profile), private_columns(rng, people), scout, strict=True), start=1
        )
    )


def application_records(
    rng: np.random.Generator,
    pairs: tuple[Sequence[str], Sequence[str]],
    first: str,
) -> tuple[Application, ...]:
    """Applications with ids ``first`` + running number; pairs of one applicant stand together, best liked first."""
    applicants, postings = pairs
    told = known_mask(rng, 1 - number("wish_rank_told"), len(set(applicants))).tolist()
    tells = dict(zip(dict.fromkeys(applicants), told, strict=True))
    rank: dict[str, int] = {}
    records: list[Application] = []
    for row, (applicant, posting, when) in enumerate(
        zip(applicants, postings, received(rng, len(applicants)), strict=True)
    ):
        rank[applicant] = rank.get(applicant, 0) + 1
        records.append(
            Application(
                application_id=f"{first}{row + 1:05d}",
                applicant_id=applicant,
                posting_id=posting,
                received_at=when,
                wish_rank=rank[applicant] if tells[applicant] else None,
            )
        )
    return tuple(records)


def received(rng: np.random.Generator, n: int) -> list[datetime]:
    """Moments of arrival in the seventy days before today, to the minute, Japanese time."""
    midnight = datetime.combine(sample_date(), time(0), _JST)
    return [midnight - timedelta(minutes=minutes) for minutes in rng.integers(1, 70 * 24 * 60, n).tolist()]


def _profile(
    rng: np.random.Generator, people: People, topics: Sequence[Topic], jobs: Sequence[tuple[str, ...]]
) -> Columns:
    n = len(people)
    uniforms = rng.random((n, N_UNIFORMS))
    texts = [
        person_text(topic, job[0], u, is_far=far)
        for topic, job, u, far in zip(topics, jobs, uniforms, people.is_far.tolist(), strict=True)
    ]
    code = places().code
    origin: list[object] = [
        None if home < 0 else {"municipality_code": code[home], "zone": zone}
        for home, zone in zip(people.home.tolist(), people.zone, strict=True)
    ]
    return {
        "origin": origin,
        "exception": list(people.exception),
        "occupations": list(jobs),
        "skills": skill_column(rng, topics),
        "licences": driving_column(rng, topics),
        "languages": _languages(rng, n),
        "desired_activities": _desired(rng, topics),
        "available_from": [date.fromisoformat(label) for label in quota_labels(rng, shares("available_from"), n)],
        "motivation_text": [text.motivation_text for text in texts],
        "plan_text": [text.plan_text for text in texts],
    }


def _occupations(rng: np.random.Generator, topics: Sequence[Topic]) -> list[tuple[str, ...]]:
    """One or two occupations, of the own topic where the career is used, else of any other."""
    is_used = known_mask(rng, 1 - number("career_used"), len(topics)).tolist()
    every = [job for topic in member_topics() for job in topic.jobs]
    drawn: list[tuple[str, ...]] = []
    for topic, used, (u, v, w) in zip(topics, is_used, rng.random((len(topics), 3)).tolist(), strict=True):
        first, second = pick(topic.jobs if used else every, u), pick(every, v)
        drawn.append((first, second) if w < 0.35 and first != second else (first,))
    return drawn


def _desired(rng: np.random.Generator, topics: Sequence[Topic]) -> list[object]:
    counts = rng.integers(0, 3, len(topics)).tolist()
    return [(topic.activity, *topic.also[:count]) for topic, count in zip(topics, counts, strict=True)]


def _languages(rng: np.random.Generator, n: int) -> list[object]:
    codes = quota_labels(rng, shares("foreign_language"), n)
    levels = quota_labels(rng, shares("language_level"), n)
    return [
        () if code == "none" else ({"code": code, "cefr": level},) for code, level in zip(codes, levels, strict=True)
    ]


def _links(
    rng: np.random.Generator, n: int, postings: DrawnPostings, pairs: tuple[NDArray[np.int64], NDArray[np.int64]]
) -> list[object]:
    """Most who apply have visited their first choice; some others know a receiving place all the same."""
    links: list[object] = [()] * n
    if not len(postings.place):
        return links
    applicants, first = np.unique(pairs[0], return_index=True)
    target = rng.integers(0, len(postings.place), n)
    target[applicants] = pairs[1][first]
    share = np.full(n, number("link_without_application"))
    share[applicants] = number("visited_before_applying")
    kinds = quota_labels(rng, shares("link_kind"), n)
    for row in np.flatnonzero(rng.random(n) < share).tolist():
        code = places().code[postings.place[target[row]]]
        links[row] = ({"municipality_code": code, "kind": kinds[row]},)
    return links
