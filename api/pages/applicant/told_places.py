"""A place as its card tells it: the call, the engine's line about it, the facts of the town, and where it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from api.documents.living import Caution, LivingFact, cautions, living_facts
from api.documents.shapes import Exclusion, Place, Recommendation, Remark, Rule
from api.documents.wording import headline_verdict, posting_facts
from api.pages.japan_map import JapanMap, MapPoint, japan_map, map_point
from api.pages.licence_words import licence_words
from api.pages.words import Words
from features.municipalities import Municipality, find
from features.records import Applicant, Posting
from features.rules import verdict_words

__all__ = [
    "LIVING_SOURCE",
    "CallFacts",
    "ExcludedGroup",
    "ToldPlace",
    "call_facts",
    "excluded_groups",
    "full_group",
    "map_of",
    "told",
]

LIVING_SOURCE: Final = (
    "人口：国勢調査（2020年）。医療・学校・小売店：統計でみる市区町村のすがた SSDSE-A-2025（2021～2023年）。"
    "雪・気温：気象庁の平年値（1991～2020年）。距離・鉄道：役所の位置からの計算（2026年）"
)
_MOST_TOWNS: Final = 5
_PREFECTURE_ITSELF: Final = "000"


@dataclass(frozen=True)
class CallFacts:
    """One call with its town: what is offered, what living there is like, what to make sure of."""

    posting: Posting
    town: Municipality
    offered: Sequence[tuple[str, str]]
    living: Sequence[LivingFact]
    cautions: Sequence[Caution]

    @property
    def title(self) -> str:
        """The title of the call, or its id where it has none."""
        return self.posting.title or self.posting.posting_id

    @property
    def licences(self) -> Sequence[str]:
        """What is asked for in words, never a code."""
        return licence_words(self.posting.required_licences or ())


@dataclass(frozen=True)
class ToldPlace:
    """One line of the list.

    Attributes
    ----------
    place : int
        From 1.
    line : Place
    facts : CallFacts
    verdict : Rule or None
        The finding that decides; ``None`` where no rule speaks.
    verdict_words : str
    careful : sequence of Caution
        What holds for everybody there and no remark has said already.
    is_stale : bool
        Whether the call's facts are old.
    """

    place: int
    line: Place
    facts: CallFacts
    verdict: Rule | None
    verdict_words: str
    careful: Sequence[Caution]
    is_stale: bool

    @property
    def wrong(self) -> Sequence[Remark]:
        """What may go wrong here for this person."""
        return self.line.may_go_wrong


@dataclass(frozen=True)
class ExcludedGroup:
    """Calls that one rule, or one wish, leaves out."""

    words: str
    sentence: str
    source: str
    n: int
    towns: str


def call_facts(posting: Posting, *, applicant: Applicant | None, on: date) -> CallFacts:
    """The call with its town, seen from where the applicant lives."""
    town = find(posting.municipality_code)
    origin = None if applicant is None else applicant.selection_profile.origin
    living = (
        ()
        if town.code.endswith(_PREFECTURE_ITSELF)
        else living_facts(town, origin_code=None if origin is None else origin.municipality_code)
    )
    careful = cautions(posting, town, on=on)
    return CallFacts(posting, town, posting_facts(posting), living, careful)


def told(
    listed: Recommendation, postings: Mapping[str, Posting], stale: Sequence[str], *, applicant: Applicant, on: date
) -> list[ToldPlace]:
    """The lines of a list as cards; a call that went meanwhile is left out."""
    found: list[ToldPlace] = []
    for place, line in enumerate(listed.postings, start=1):
        posting = postings.get(line.posting_id)
        if posting is None:
            continue
        facts, verdict = call_facts(posting, applicant=applicant, on=on), headline_verdict(line)
        topics = {remark.topic for remark in line.may_go_wrong}
        careful = [one for one in facts.cautions if one.topic not in topics]
        words = "" if verdict is None else verdict_words(verdict)
        found.append(ToldPlace(place, line, facts, verdict, words, careful, line.posting_id in stale))
    return found


def map_of(places: Sequence[ToldPlace], words: Words) -> JapanMap:
    """The places on the map, each leading to its card; of two in one town the first."""
    first = {one.facts.town.code: one for one in reversed(places)}
    points: list[MapPoint] = []
    for code, one in reversed(first.items()):
        point = map_point(code, words=words("places.nth", n=one.place), href=f"#place-{one.place}")
        points.append(replace(point, name=f"{one.place} {point.name}"))
    return japan_map(points, title=words("places.map"))


def excluded_groups(excluded: Sequence[Exclusion], postings: Mapping[str, Posting]) -> list[ExcludedGroup]:
    """The calls that are left out, by the rule that does it, most calls first."""
    by_rule: dict[tuple[str, str], tuple[Rule, list[str]]] = {}
    for one in excluded:
        posting = postings.get(one.id)
        for rule in one.rules if posting is not None else ():
            _, towns = by_rule.setdefault((rule.rule_id, rule.sentence), (rule, []))
            towns.append(find(posting.municipality_code).full_name if posting is not None else "")
    groups = [
        ExcludedGroup(verdict_words(rule), rule.sentence, rule.source, len(towns), _some(towns))
        for rule, towns in by_rule.values()
    ]
    return sorted(groups, key=lambda group: (-group.n, group.sentence))


def full_group(postings: Iterable[Posting], *, on: date, among: Collection[str] | None) -> ExcludedGroup | None:
    """The calls that take applications and have no seat left, which no list holds; ``None`` where there are none.

    Parameters
    ----------
    postings : iterable of Posting
    on : date
    among : collection of str, optional
        Codes of the municipalities whose calls are told, where not everybody's are.
    """
    towns = [
        find(one.municipality_code).full_name
        for one in postings
        if one.is_open_on(on) and one.seats == 0
        if among is None or one.municipality_code in among
    ]
    if not towns:
        return None
    sentence = "残りの人数が0人なので、一覧に入りません。"
    return ExcludedGroup("席の空きなし", sentence, "募集の残りの人数", len(towns), _some(towns))


def _some(towns: Sequence[str]) -> str:
    names = list(dict.fromkeys(towns))
    return "、".join(names[:_MOST_TOWNS]) + ("など" if len(names) > _MOST_TOWNS else "")
