"""The selection part of an applicant's record in words: what a coordinator may see, and nothing of the private part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from api.documents.wording import date_ja
from api.pages.licence_words import licence_words
from features.municipalities import find
from features.records import Origin, SelectionProfile
from features.taxonomy.vocabulary import ACTIVITY_JA, JAPANESE, language_words

__all__ = ["Fact", "facts_of", "texts_of"]

_ZONE_JA: Final = {"inside": "（条件不利区域の内）", "outside": "（条件不利区域の外）", "unknown": ""}
_HOME: Final = ("origin", "links")


class Fact(NamedTuple):
    """One fact: the key of its label, and the words; empty where the record does not say."""

    label: str
    words: Sequence[str]


def facts_of(profile: SelectionProfile, *, is_blind: bool = False) -> list[Fact]:
    """Facts of a profile in a fixed order; in blind mode without the places that tell who somebody is."""
    facts = (
        Fact("occupations", tuple(profile.occupations or ())),
        Fact("skills", tuple(profile.skills or ())),
        Fact("licences", licence_words(profile.licences or ())),
        Fact("languages", tuple(language_words(one.code, one.cefr) for one in profile.languages or ())),
        Fact("desired_activities", tuple(ACTIVITY_JA[one] for one in profile.desired_activities or ())),
        Fact("subtypes", tuple(JAPANESE[one] for one in profile.subtypes or ())),
        Fact("available_from", _day(profile.available_from)),
        Fact("presence", tuple(_presence(profile))),
        Fact("links", tuple(_links(profile))),
        Fact("origin", _origin(profile.origin)),
    )
    return [fact for fact in facts if not (is_blind and fact.label in _HOME)]


def texts_of(profile: SelectionProfile) -> list[Fact]:
    """What the person wrote."""
    texts = (("motivation_text", profile.motivation_text), ("plan_text", profile.plan_text))
    return [Fact(label, () if text is None else (text,)) for label, text in texts]


def _day(day: date | None) -> Sequence[str]:
    return () if day is None else (date_ja(day),)


def _presence(profile: SelectionProfile) -> Iterator[str]:
    told = (
        ("月 {}日", profile.days_per_month),
        ("月 {}時間", profile.hours_per_month),
        ("現地 月 {}日", profile.onsite_days_per_month),
        ("任期 {}か月", profile.term_months),
    )
    return (words.format(f"{number:g}") for words, number in told if number is not None)


def _links(profile: SelectionProfile) -> Iterator[str]:
    for link in profile.links or ():
        yield f"{find(link.municipality_code).full_name}（{JAPANESE[link.kind]}）"


def _origin(origin: Origin | None) -> Sequence[str]:
    if origin is None:
        return ()
    return (find(origin.municipality_code).full_name + _ZONE_JA[origin.zone],)
