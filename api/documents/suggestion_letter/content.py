"""The letter: what was asked, the places side by side, and of each place reasons, what one gives up, what to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.documents.errors import DocumentError
from api.documents.living import cautions, living_facts
from api.documents.sectioned import (
    Facts,
    Section,
    SectionedDocument,
    Table,
    TableColumn,
    Words,
    one_sheet,
    print_sections,
)
from api.documents.sectioned.foot import foot_of
from api.documents.shapes import Place, Recommendation, Remark, read_provenance, read_recommendation
from api.documents.suggestion_letter.wishes import wish_rows
from api.documents.text_width import clip
from api.documents.wording import date_ja, headline_verdict, mark_of, posting_facts
from features.municipalities import find
from features.records import Applicant, Posting
from features.rules import verdict_words

__all__ = [
    "ComparedPlace",
    "SuggestionLetterContent",
    "content_of_suggestion_letter",
    "suggestion_letter_pdf",
    "suggestion_letter_workbook",
]

MOST: Final = 5  # what stands side by side on a page
_SENTENCE_WIDTH: Final = 300
_TITLE_WIDTH: Final = 120
_MOST_SAID: Final = 6  # what is read and remembered; the page of recommendations shows all
_ORDERED: Final = "この手紙の順番と理由は、あなたの登録と募集の記載から計算で作りました。"
_UNORDERED: Final = (
    "この手紙は締切の近い順に並べ、順番に計算を使っていません。理由の文は登録と募集の記載から計算で作りました。"
)
_NOTICE: Final = (
    "順番は提案で、応募する・しないはあなたが決めます。",
    "ここに載っていない募集にも応募できます。採用を約束するものではありません。採否は市町村の人が決めます。",
    "計算には、性別・年齢・家族・国籍・健康などを使っていません。料金や広告で順番が変わることもありません。",
    "計算による順番を望まないときは、いつでもやめられます。その場合は締切の近い順にお示しします。",
    "登録の内容を見る・直す・消すことができます。下の窓口にお知らせください。",
)
_CONTACT: Final = ("窓口", "電話・メール", "担当者からのひとこと")


@dataclass(frozen=True)
class ComparedPlace:
    """One place: what stands in its column, and what is said of it."""

    posting_id: str
    town: str
    title: str
    facts: tuple[tuple[str, str], ...]
    verdict: str
    why: tuple[str, ...]
    expected: tuple[str, ...]
    given_up: tuple[str, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True)
class SuggestionLetterContent:
    """Everything the letter says to one applicant."""

    addressee: str
    made: date
    ordered: str
    is_ordered: bool
    wishes: tuple[tuple[str, str], ...]
    places: tuple[ComparedPlace, ...]
    n_more: int
    foot: str

    def sections(self) -> SectionedDocument:
        """As a document of sections."""
        details: list[Section] = [_details(number, place) for number, place in enumerate(self.places, start=1)]
        wishes = [Facts("うかがった希望", self.wishes)] if self.wishes else []
        return SectionedDocument(
            title="あなたへの募集のご提案",
            lead=(
                f"{self.addressee} 様　{date_ja(self.made)}",
                f"{self._opening()}この手紙にはあなたご自身の希望が書かれています。ご本人だけにお渡しするものです。",
            ),
            sections=(
                *wishes,
                self._comparison(),
                *details,
                Words("AI（順番づけのしくみ）の利用について", self._notice()),
                Facts("お問い合わせ", tuple((label, "") for label in _CONTACT)),
            ),
            foot=self.foot,
            made=self.made,
            is_dense=True,
        )

    def _opening(self) -> str:
        if not self.places:
            return "登録していただいた内容で探しました。"
        return f"登録していただいた内容から、{len(self.places)}か所をご提案します。{self.ordered}"

    def _notice(self) -> tuple[str, ...]:
        if not self.places:
            return _NOTICE
        return (_ORDERED if self.is_ordered else _UNORDERED, *_NOTICE)

    def _comparison(self) -> Table:
        columns = (
            TableColumn("", 4, "label"),
            *(
                TableColumn(f"{number}　{place.town}\n{place.title}", 7)
                for number, place in enumerate(self.places, start=1)
            ),
        )
        labels = dict.fromkeys(label for place in self.places for label, _words in place.facts)
        facts = [dict(place.facts) for place in self.places]
        rows = [(label, *(own.get(label, "—") for own in facts)) for label in labels]
        rows.append(("特別交付税措置", *(place.verdict for place in self.places)))
        more = f"ほかに{self.n_more}件の募集があります。" if self.n_more else ""
        note = f"「記載なし」は募集に書かれていないことを表します。応募の前に募集元へ確かめてください。{more}"
        return Table("くらべる", columns, tuple(rows), note=note) if self.places else _NOWHERE


_NOWHERE: Final = Table(
    "くらべる",
    (TableColumn("", 1),),
    (),
    nothing="今お示しできる募集はありません。希望を見直すか、時期をあらためてご相談ください。",
)


def content_of_suggestion_letter(
    recommendation: Mapping[str, object],
    *,
    postings: Sequence[Posting],
    provenance: Mapping[str, object],
    applicant: Applicant | None = None,
    name: str = "",
    most: int = MOST,
) -> SuggestionLetterContent:
    """The letter to one applicant.

    Parameters
    ----------
    recommendation : mapping
        One element of ``recommendations`` in the interchange form.
    postings : sequence of Posting
        At least those that are recommended.
    provenance : mapping
        Its date is the letter's.
    applicant : Applicant, optional
        The person themself: own wishes and the distance from the present home are told.
    name : str, optional
        From the office's own list; without one the letter goes to the id.
    most : int, default 5
        Places told, 1 to 5.

    Raises
    ------
    DocumentError
        If the input does not have the agreed form, a recommended posting is not given, the applicant is another
        person than the recommendation's, or ``most`` is not 1 to 5.
    """
    listed, origin = read_recommendation(recommendation), read_provenance(provenance)
    if not 1 <= most <= MOST:
        raise DocumentError(f"most is {most}, expected 1 to {MOST}: so many places stand side by side")
    if applicant is not None and applicant.applicant_id != listed.applicant_id:
        raise DocumentError(
            f"the recommendation is for applicant {listed.applicant_id}, expected applicant {applicant.applicant_id}"
        )
    lives = (
        None if applicant is None or applicant.selection_profile.origin is None else applicant.selection_profile.origin
    )
    places = _places(listed, postings, None if lives is None else lives.municipality_code, origin.generated_for, most)
    return SuggestionLetterContent(
        addressee=name or listed.applicant_id,
        made=origin.generated_for,
        ordered=listed.ordered,
        is_ordered=any(line.placed_by == "score" for line in listed.postings),
        wishes=() if applicant is None else wish_rows(applicant.private_preferences),
        places=places,
        n_more=len(listed.postings) - len(places),
        foot=foot_of(origin),
    )


def suggestion_letter_workbook(content: SuggestionLetterContent) -> bytes:
    """The letter as an ``.xlsx`` file."""
    return one_sheet(content.sections())


def suggestion_letter_pdf(content: SuggestionLetterContent) -> bytes:
    """The letter as a PDF."""
    return print_sections(content.sections())


def _places(
    listed: Recommendation, postings: Sequence[Posting], origin_code: str | None, on: date, most: int
) -> tuple[ComparedPlace, ...]:
    posting_of = {posting.posting_id: posting for posting in postings}
    told: list[ComparedPlace] = []
    for line in listed.postings[:most]:
        posting = posting_of.get(line.posting_id)
        if posting is None:
            raise DocumentError(f"posting {line.posting_id} is recommended but not among the {len(posting_of)} given")
        told.append(_place(line, posting, origin_code, on))
    return tuple(told)


def _place(line: Place, posting: Posting, origin_code: str | None, on: date) -> ComparedPlace:
    town = find(posting.municipality_code)
    living = living_facts(town, origin_code=origin_code)
    facts = (
        *posting_facts(posting),
        *((one.label, f"{one.words}\n（{one.note}）" if one.note else one.words) for one in living),
    )
    told = {remark.topic for remark in line.may_go_wrong}
    careful = [one.sentence for one in cautions(posting, town, on=on) if one.topic not in told]
    gaps = [gap.sentence for gap in line.gaps if gap.term not in told]
    headline = headline_verdict(line)
    questions = [remark.question for remark in line.may_go_wrong if remark.question is not None]
    return ComparedPlace(
        posting_id=posting.posting_id,
        town=town.full_name,
        title=clip(posting.title or posting.posting_id, _TITLE_WIDTH),
        facts=facts,
        verdict="—" if headline is None else f"{mark_of(headline.verdict)} {verdict_words(headline)}",
        why=_sentences(line.fits_you),
        expected=_sentences(line.they_would_want_you),
        given_up=_once((*_sentences(line.may_go_wrong), *gaps, *careful))[:_MOST_SAID],
        questions=_once((*questions, *(asked.question for asked in line.questions)))[:_MOST_SAID],
    )


def _sentences(remarks: Sequence[Remark]) -> tuple[str, ...]:
    return tuple(clip(remark.sentence, _SENTENCE_WIDTH) for remark in remarks)


def _once(sentences: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clip(one, _SENTENCE_WIDTH) for one in sentences))


def _details(number: int, place: ComparedPlace) -> Facts:
    rows = (
        ("合うところ", place.why),
        ("先方が期待しそうなこと", place.expected),
        ("ゆずることになりそうなこと・気をつけること", place.given_up),
        ("聞いておくこと", place.questions),
    )
    title = f"{number}　{place.town}　{place.title}（{place.posting_id}）"
    return Facts(
        title,
        tuple((label, "\n".join(f"・{one}" for one in told) or "記載からは見つかりません。") for label, told in rows),
    )
