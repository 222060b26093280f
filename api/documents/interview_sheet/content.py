"""What stands in a 面接評価シート, the same for Excel and for paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from api.documents.interview_sheet.not_asked import NOT_ASKED
from api.documents.must_haves import must_have_lines
from api.documents.place_title import place_title
from api.documents.sectioned.foot import foot_of
from api.documents.shapes import Provenance, Question, Rule
from api.documents.text_width import clip
from api.documents.wording import date_ja, posting_facts
from api.interviews.items import Item, ScoredItem, score_items
from features.records import Posting
from features.taxonomy.vocabulary import ACTIVITY_JA, FIELD_JA

__all__ = ["InterviewSheet", "Interviewed", "Invited", "PanelItem", "interview_sheet"]

_MOST_QUESTIONS: Final = 3
_OWN_QUESTION: Final = "このほか、任務について本人から確かめたいことは何ですか（本人からの質問も書く）。"
_WIDTH: Final = 300
_GUIDE: Final = (
    "委員は一人で点を付け、話し合いは全員が付けたあとにします。同じ質問を全員にし、仕事に要ることだけを見ます。"
    "点は1〜5で、2と4は言葉の間です。採否は点だけでなく、人が話し合って決めます。"
)
_DISCLOSED: Final = "自由記述は、本人の求めにより開示の対象になりうる記録です。見聞きした事実を書きます。"


@dataclass(frozen=True)
class Invited:
    """Somebody who is to be interviewed: what the rules say of the pair, and what to ask."""

    applicant_id: str
    verdicts: tuple[Rule, ...]
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class PanelItem:
    """One item: what it is called, what it is about in this posting, and words for one to five."""

    label: str
    here: str
    anchors: tuple[str, ...]


@dataclass(frozen=True)
class Interviewed:
    """One applicant: what is to be verified and what to ask."""

    applicant_id: str
    name: str
    must_haves: tuple[str, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True)
class InterviewSheet:
    """The sheets of one panel.

    Attributes
    ----------
    title, day : str
        Which posting, and the day of the run.
    guide, disclosed : str
        How to score, and that free notes may be disclosed.
    items : tuple of PanelItem
    not_asked : tuple of str
    people : tuple of Interviewed
        In order of their ids: an order of reading would say how somebody was scored before.
    n_members : int
    footer : str
    """

    title: str
    day: str
    guide: str
    disclosed: str
    items: tuple[PanelItem, ...]
    not_asked: tuple[str, ...]
    people: tuple[Interviewed, ...]
    n_members: int
    footer: str


def interview_sheet(
    posting: Posting,
    invited: Sequence[Invited],
    *,
    provenance: Provenance,
    names: Mapping[str, str],
    n_members: int,
) -> InterviewSheet:
    """The sheets for these people and a posting."""
    here = _items_here(posting)
    items = tuple(PanelItem(item.label, here[key], _five(item)) for key, item in score_items().items.items())
    return InterviewSheet(
        title=place_title(posting),
        day=date_ja(provenance.generated_for),
        guide=_GUIDE,
        disclosed=_DISCLOSED,
        items=items,
        not_asked=tuple(words for _item, words in NOT_ASKED),
        people=tuple(
            _interviewed(posting, one, names.get(one.applicant_id, ""))
            for one in sorted(invited, key=lambda one: one.applicant_id)
        ),
        n_members=n_members,
        footer=foot_of(provenance),
    )


def _five(item: ScoredItem) -> tuple[str, ...]:
    """Words for one to five; two and four lie between."""
    one, three, five = (item.anchors[point] for point in ("1", "3", "5"))
    return (one, "1と3の間", three, "3と5の間", five)


def _interviewed(posting: Posting, one: Invited, name: str) -> Interviewed:
    asked = tuple(clip(each.question, _WIDTH) for each in one.questions[:_MOST_QUESTIONS])
    return Interviewed(
        applicant_id=one.applicant_id,
        name=name,
        must_haves=must_have_lines(posting, one.verdicts),
        questions=(*asked, _OWN_QUESTION),
    )


def _items_here(posting: Posting) -> Mapping[Item, str]:
    """What each item is about in this posting, from its own words."""
    work = [ACTIVITY_JA[one] for one in posting.activities or ()] + [FIELD_JA[one] for one in posting.fields or ()]
    facts = dict(posting_facts(posting))
    conditions = [f"{label} {facts[label]}" for label in ("契約", "報酬", "住まい", "任期") if label in facts]
    return {
        "job_knowledge": clip(f"任務: {'・'.join(work) or posting.mission_text or '募集に記載なし'}", _WIDTH),
        "talk_with_residents": "住民・受入先への説明の場を想定した話し方（例: 初めての集まりで任務を話す）",
        "plan": clip("／".join(posting.goals or ()) or "1年目・任期の終わり・そのあとに何をするか", _WIDTH),
        "grasp_of_conditions": clip("、".join(conditions), _WIDTH),
    }
