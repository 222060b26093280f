"""What stands in a 採用理由書 or a 不採用理由記録."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from api.accounts.roles import ROLES_JA
from api.decisions.flags import FLAGS_JA
from api.decisions.schemas import By, DecisionAnswer, InList
from api.documents.form.content import BLANK_DAY, Form, Row, Section
from api.documents.place_title import place_title
from api.documents.sectioned.foot import foot_of
from api.documents.shapes import Provenance
from api.documents.wording import date_ja, kind_name, moment_ja
from api.settings import JAPAN
from features.records import Application, Posting
from features.rules import wording

__all__ = ["choice_of", "decision_day", "decision_record"]

_TITLES: Final = {"offered": "採用理由書", "not_chosen": "不採用理由記録"}
_ANSWERS: Final = ("accepted", "declined", "withdrawn")
_BLANK_TITLE: Final = "採用理由書・不採用理由記録（記入用）"
_LEAD: Final = (
    "選考の決定と理由の記録です。決めるのは人で、理由は決めた人の言葉で書きます。"
    "本人の求めにより開示の対象になりえます。"
)
_NOTES: Final = (
    "理由には、この仕事に要ることと、書類・面接で確かめたことだけを書きます。"
    "本籍・出生地、家族、思想・信条、健康、性別、年齢などは理由にできません。",
    "読む順と重なりは記述にもとづく参考で、決定の理由にはなりません。",
)
_ROLES_JA: Final[Mapping[str, str]] = {str(role): words for role, words in ROLES_JA.items()} | {
    "local": "担当者（アカウントなしの端末）",
    "signed_out": "サインインなし",
}
_DIGEST_SHOWN: Final = 12
_ORDER_JA: Final = {"score": "重なりの大きい順", "arrival": "応募の届いた順"}
_BLANK: Final = (
    Row("決定", "□ 採用　□ 不採用　□ 補欠", is_field=True),
    Row("理由（決めた人の言葉）", "", is_field=True, n_lines=14),
    Row("読む順での位置", "　　　番目　／　　　人中　　重なり　　　　", is_field=True),
    Row("順や規則と異なる決定", "□ いいえ　□ はい（理由に書く）", is_field=True),
    Row("決めた人（職）", "", is_field=True),
    Row("決めた日", BLANK_DAY, is_field=True),
)


def choice_of(decisions: Sequence[DecisionAnswer]) -> DecisionAnswer | None:
    """The choice for or against somebody that stands, of one application's decisions.

    A corrected step does not stand, nor does a step back; an answer of the applicant's leaves the choice as it is, and
    a step that opens the selection again ends it.
    """
    replaced = {one.corrects for one in decisions}
    for one in sorted(decisions, key=lambda one: -one.number):
        is_step_back = one.corrects is not None and one.state == one.from_state
        if one.decision_id in replaced or is_step_back or one.state in _ANSWERS:
            continue
        return one if one.state in _TITLES else None
    return None


def decision_day(decision: DecisionAnswer) -> datetime:
    """When it was taken, in Japan's time."""
    at = decision.decided_at
    return (at.replace(tzinfo=UTC) if at.tzinfo is None else at).astimezone(JAPAN)


def decision_record(
    application: Application,
    posting: Posting,
    *,
    decisions: Sequence[DecisionAnswer],
    kinds: Mapping[str, str],
    provenance: Provenance,
    name: str = "",
    deciders: Mapping[str, str] = MappingProxyType({}),
) -> Form:
    """The record of one application; without a choice it is a form to fill in.

    Parameters
    ----------
    application : Application
    posting : Posting
    decisions : sequence of DecisionAnswer
        Of this application, oldest first.
    kinds : mapping of rule id to kind
        What rules are about (:func:`~features.rules.catalogue.rule_kinds`).
    provenance : Provenance
    name : str, optional
        From the office's own list; a field where it is missing.
    deciders : mapping of account id to name, optional
        Whose accounts they are that took the steps; an account that is not there stands by its id.
    """
    choice = choice_of(decisions)
    who = Section(
        "応募",
        (
            Row("募集", f"{place_title(posting)}（{posting.posting_id}）"),
            Row("応募番号", application.application_id),
            Row("応募者ID", application.applicant_id),
            Row("氏名", name, is_field=not name),
        ),
    )
    made = (
        (Section("決定と理由", _BLANK),)
        if choice is None
        else tuple(_choice_sections(choice, posting, kinds, deciders))
    )
    steps = tuple(_steps(decisions, choice, deciders))
    return Form(
        title=_BLANK_TITLE if choice is None else _TITLES[choice.state],
        about=place_title(posting),
        lead=_LEAD,
        sections=(who, *made, *((Section("これまでの経過", steps),) if steps else ())),
        notes=_NOTES,
        footer=foot_of(provenance),
    )


def _choice_sections(
    choice: DecisionAnswer, posting: Posting, kinds: Mapping[str, str], deciders: Mapping[str, str]
) -> Iterator[Section]:
    is_field = choice.reason is None
    yield Section(
        "決定と理由",
        (
            Row("決定", choice.label),
            Row("理由（決めた人の言葉）", choice.reason or "", is_field=is_field, n_lines=6),
            Row("決めた人", _by_words(choice.by, deciders)),
            Row("決めた日時", moment_ja(choice.decided_at)),
            Row("順や規則と異なる決定", _override_words(choice)),
        ),
    )
    if choice.in_list is not None:
        yield Section("決めた時点の一覧", tuple(_listed(choice.in_list, posting, kinds)))
    yield Section("確認（手書き）", (Row("決裁・署名", "", is_field=True), Row("確認した日", BLANK_DAY, is_field=True)))


def _override_words(choice: DecisionAnswer) -> str:
    told = "、".join(FLAGS_JA[flag] for flag in choice.flags)
    return f"{'はい' if choice.override else 'いいえ'}{f'（{told}）' if told else ''}"


def _listed(found: InList, posting: Posting, kinds: Mapping[str, str]) -> Iterator[Row]:
    yield Row("見た一覧", f"{_ORDER_JA[found.order]}（{date_ja(found.on)}の規則）")
    place = "一覧の外" if found.rank is None else f"{found.rank}番目／{found.n_listed}人中"
    yield Row("読む順での位置", place)
    if found.score is not None and found.placed_by == "score":
        yield Row("重なり", f"{found.score:.2f}")
    if found.verdict is not None:
        yield Row("規則の判定", wording(found.verdict, _deciding_rule(found, posting)))
    if found.unmet:
        yield Row("満たしていない規則", "、".join(_rule_words(rule_id, kinds) for rule_id in found.unmet))
    elif found.deciding_rule is not None:
        yield Row("判定を決めた規則", _rule_words(found.deciding_rule, kinds))
    yield Row("一覧の要約値", found.provenance[:_DIGEST_SHOWN])


def _deciding_rule(found: InList, posting: Posting) -> str | None:
    """Earlier steps kept only the rules that are not met; but on own funds no rule of the programme decides."""
    if found.deciding_rule is not None:
        return found.deciding_rule
    if found.unmet:
        return found.unmet[0]
    return "municipality-decides" if posting.own_funds else None


def _rule_words(rule_id: str, kinds: Mapping[str, str]) -> str:
    """What the rule is about, and its id, by which it is found in its file."""
    return f"{kind_name(kinds.get(rule_id))}（{rule_id}）"


def _steps(
    decisions: Sequence[DecisionAnswer], choice: DecisionAnswer | None, deciders: Mapping[str, str]
) -> Iterator[Row]:
    """Every step, with its reason; that of the choice stands above."""
    replaced = {one.corrects for one in decisions}
    for one in decisions:
        remark = "（訂正された）" if one.decision_id in replaced else "（訂正）" if one.corrects is not None else ""
        reason = "" if one is choice or one.reason is None else f"　理由: {one.reason}"
        yield Row(date_ja(decision_day(one).date()), f"{one.label}{remark}　{_by_words(one.by, deciders)}{reason}")


def _by_words(by: By, deciders: Mapping[str, str]) -> str:
    role = _ROLES_JA[by.role]
    if by.account_id is None or by.role == "applicant":  # the form tells above who applied
        return role
    return f"{role}（{deciders.get(by.account_id, by.account_id)}）"
