"""Pages that stand alone: one posting's order of reading, and one applicant's places.

Each is one HTML file with its own styles, without scripts and without anything fetched from elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from api.documents.about import HOW_TO_READ, provenance_rows, weight_rows
from api.documents.bars import chance_bar, chance_words, score_bar
from api.documents.errors import DocumentError
from api.documents.living import LivingFact, cautions, living_facts
from api.documents.shapes import Exclusion, Line, Place, Rule, read_provenance, read_ranking, read_recommendation
from api.documents.templating import render
from api.documents.wording import headline_verdict, posting_facts
from api.interviews.items import score_items
from features.municipalities import find
from features.records import Posting

__all__ = ["ranking_page", "recommendation_page"]


@dataclass(frozen=True)
class _Part:
    title: str
    share: float


@dataclass(frozen=True)
class _Group:
    rule: Rule
    count: int


@dataclass(frozen=True)
class _PlaceCard:
    line: Place
    posting: Posting
    name: str
    facts: tuple[LivingFact, ...]
    cautions: tuple[str, ...]


def ranking_page(
    ranking: Mapping[str, object],
    *,
    posting: Posting,
    titles: Mapping[str, str],
    provenance: Mapping[str, object],
    weights: Mapping[str, float] | None = None,
) -> str:
    """One posting's ranked list as an HTML page for the people who read the applications.

    Parameters
    ----------
    ranking : mapping
        One element of ``rankings`` in the interchange form (``Ranking.to_json()``).
    posting : Posting
    titles : mapping of str to str
        Japanese title of each term; a term without one is shown by its name.
    provenance : mapping
        Provenance of the run; the page's date is the run's.
    weights : mapping of str to float, optional
        The coordinator's weights.

    Raises
    ------
    DocumentError
        If the ranking or the provenance does not have the agreed form, or the ranking is of another posting.
    """
    listed, origin = read_ranking(ranking, posting_id=posting.posting_id), read_provenance(provenance)
    return render(
        "ranking.html.j2",
        title=posting.title or posting.posting_id,
        place=find(posting.municipality_code).full_name,
        posting=posting,
        facts=posting_facts(posting),
        candidates=listed.candidates,
        ordered=listed.ordered,
        excluded=listed.excluded,
        headline=headline_verdict,
        bar=partial(score_bar, "重なり"),
        parts=partial(_parts, titles=titles),
        how_to_read=(*HOW_TO_READ, score_items().reminder),
        weights=weight_rows(weights or {}, titles),
        provenance=provenance_rows(origin),
        made=origin.generated_for,
    )


def recommendation_page(
    recommendation: Mapping[str, object],
    *,
    postings: Sequence[Posting],
    titles: Mapping[str, str],
    provenance: Mapping[str, object],
    origin_code: str | None = None,
    weights: Mapping[str, float] | None = None,
    most: int = 5,
) -> str:
    """One applicant's places as an HTML page for that applicant alone.

    Parameters
    ----------
    recommendation : mapping
        One element of ``recommendations`` in the interchange form (``Recommendation.to_json()``).
    postings : sequence of Posting
        At least those that are recommended.
    titles : mapping of str to str
        Japanese title of each term.
    provenance : mapping
        Provenance of the run; the page's date is the run's.
    origin_code : str, optional
        Where the applicant lives now, for the distance.
    weights : mapping of str to float, optional
        The applicant's weights.
    most : int, default 5
        Places shown in full; the others are counted.

    Raises
    ------
    DocumentError
        If the input does not have the agreed form, or a recommended posting is not given.
    """
    listed, origin = read_recommendation(recommendation), read_provenance(provenance)
    posting_of = {posting.posting_id: posting for posting in postings}
    cards: list[_PlaceCard] = []
    for line in listed.postings[:most]:
        if line.posting_id not in posting_of:
            raise DocumentError(f"posting {line.posting_id} is recommended but not among the {len(posting_of)} given")
        cards.append(_card(line, posting_of[line.posting_id], origin_code, on=origin.generated_for))
    return render(
        "recommendation.html.j2",
        applicant_id=listed.applicant_id,
        ordered=listed.ordered,
        has_chances=any(card.line.chance is not None for card in cards),
        cards=cards,
        found=len(listed.postings),
        groups=_by_rule(listed.excluded),
        members=not cards or any(card.posting.program == "kyoryokutai" for card in cards),
        n_excluded=len(listed.excluded),
        headline=headline_verdict,
        posting_facts=posting_facts,
        bar=partial(score_bar, "合い具合"),
        chance_bar=chance_bar,
        chance_words=chance_words,
        parts=partial(_parts, titles=titles),
        weights=weight_rows(weights or {}, titles),
        provenance=provenance_rows(origin),
        made=origin.generated_for,
    )


def _parts(line: Line, *, titles: Mapping[str, str]) -> tuple[_Part, ...]:
    order = sorted(line.contributions, key=lambda name: (-line.contributions[name], name))
    return tuple(_Part(titles.get(name, name), line.contributions[name]) for name in order)


def _card(line: Place, posting: Posting, origin_code: str | None, *, on: date) -> _PlaceCard:
    town = find(posting.municipality_code)
    told = {remark.topic for remark in line.may_go_wrong}
    return _PlaceCard(
        line=line,
        posting=posting,
        name=town.full_name,
        facts=living_facts(town, origin_code=origin_code),
        cautions=tuple(found.sentence for found in cautions(posting, town, on=on) if found.topic not in told),
    )


def _by_rule(excluded: Sequence[Exclusion]) -> tuple[_Group, ...]:
    rules = [rule for out in excluded for rule in out.rules]
    counts = Counter(rule.rule_id for rule in rules)
    first = {rule.rule_id: rule for rule in reversed(rules)}
    return tuple(_Group(first[rule_id], counts[rule_id]) for rule_id in sorted(counts, key=lambda r: (-counts[r], r)))
