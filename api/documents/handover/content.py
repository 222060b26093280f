"""Everything about one call that whoever takes over needs: state, history, people by id, decisions, outcomes, dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.decisions.schemas import DecisionAnswer
from api.decisions.states import state_table
from api.documents.handover.versions import PostingVersion, version_rows
from api.documents.place_title import place_title
from api.documents.reminders import Reminder, content_of_reminders
from api.documents.sectioned import (
    Cell,
    Facts,
    SectionedDocument,
    Table,
    TableColumn,
    print_sections,
    sheets,
)
from api.documents.sectioned.foot import foot_of
from api.documents.shapes import read_provenance
from api.documents.text_width import clip
from api.documents.told_seats import with_told_seats
from api.documents.wording import STOPPED_JA, date_ja, posting_facts
from api.outcomes.placements import Placement
from api.outcomes.schemas import EXIT_JA
from api.settings import JAPAN
from features.records import Application, Posting
from features.taxonomy.vocabulary import JAPANESE

__all__ = ["HandoverContent", "content_of_handover", "handover_pdf", "handover_workbook"]

_REASON_WIDTH: Final = 4000  # as long as a reason may be
_MISSION_WIDTH: Final = 1200
_AHEAD_DAYS: Final = 366  # whoever takes over sees a whole year
_STATE_JA: Final = {"draft": "下書き", "open": "募集中", "closed": "終了"}
_BY_JA: Final = {"applicant": "応募者", "admin": "管理者"}
_HANDS: Final = (
    "受入団体の担当（氏名・連絡先）",
    "地域の世話役（氏名・連絡先）",
    "住まい・車両の手配先",
    "書類・データの保管場所",
    "うまくいったこと",
    "次に変えたいこと",
    "引き継ぐ人・引き継がれる人・日付",
)


@dataclass(frozen=True)
class HandoverContent:
    """Everything the paper says; people stand in it by id."""

    title: str
    made: date
    state: tuple[tuple[str, str], ...]
    versions: tuple[tuple[Cell, ...], ...]
    people: tuple[tuple[Cell, ...], ...]
    decisions: tuple[tuple[Cell, ...], ...]
    outcomes: tuple[tuple[Cell, ...], ...]
    reminders: tuple[Reminder, ...]
    foot: str

    def sections(self) -> SectionedDocument:
        """As a document of sections."""
        due = tuple((one.due, one.what, one.subject, one.to_do, None) for one in self.reminders)
        return SectionedDocument(
            title="募集の引継ぎ書",
            lead=(f"{self.title}　{date_ja(self.made)}現在　人はIDで示します。開示の対象になることがあります。",),
            sections=(
                Facts("募集の今", self.state),
                Table("残っていることと期限", _DUE, due, nothing="期限のあることは残っていません。"),
                Table("応募した人", _PEOPLE, self.people, nothing="応募の記録はありません。"),
                Table("決定と理由", _DECISIONS, self.decisions, nothing="決定の記録はありません。"),
                Table("着任後の様子", _OUTCOMES, self.outcomes, nothing="着任後の記録はありません。"),
                Table("募集の変更", _VERSIONS, self.versions, nothing="変更の記録はありません。"),
                Facts("書き足すこと", tuple((label, "") for label in _HANDS)),
            ),
            foot=self.foot,
            made=self.made,
            is_landscape=True,
        )


_DUE: Final = (
    TableColumn("期限", 6, "label"),
    TableColumn("こと", 5),
    TableColumn("対象", 12),
    TableColumn("すること", 15),
    TableColumn("済んだ日", 5),
)
_PEOPLE: Final = (
    TableColumn("応募者ID", 5, "label"),
    TableColumn("応募ID", 5),
    TableColumn("届いた日", 5),
    TableColumn("今の状態", 6),
    TableColumn("最後の連絡・決定", 6),
    TableColumn("これまでの段階", 16),
)
_DECISIONS: Final = (
    TableColumn("日", 5, "label"),
    TableColumn("応募者ID", 4),
    TableColumn("決定", 5),
    TableColumn("した人", 4),
    TableColumn("そのときの順", 4),
    TableColumn("しくみと異なる", 4),
    TableColumn("理由（担当者のことば）", 16),
)
_OUTCOMES: Final = (
    TableColumn("隊員等ID", 5, "label"),
    TableColumn("着任", 5),
    TableColumn("時期", 4),
    TableColumn("様子", 6),
    TableColumn("退任の日", 5),
    TableColumn("退任の理由（区分）", 8),
)
_VERSIONS: Final = (
    TableColumn("変えた日", 5, "label"),
    TableColumn("項目", 5),
    TableColumn("前", 13),
    TableColumn("後", 13),
)


def content_of_handover(
    posting: Posting,
    *,
    before: Sequence[PostingVersion] = (),
    applications: Sequence[Application] = (),
    decisions: Sequence[DecisionAnswer] = (),
    placements: Sequence[Placement] = (),
    stopped: Collection[str] = (),
    provenance: Mapping[str, object],
) -> HandoverContent:
    """The paper about one call.

    Parameters
    ----------
    posting : Posting
        As it is now.
    before : sequence of PostingVersion
        What it was, oldest first.
    applications, decisions, placements : sequences
        Those of other calls are passed over; decisions oldest first.
    stopped : collection of str
        Ids of people whose use is stopped: they are counted, stand in what was decided, and nothing is due of them.
    provenance : mapping
        Its date is the paper's.

    Raises
    ------
    DocumentError
        If the provenance does not have the agreed form.
    """
    origin = read_provenance(provenance)
    own = sorted(
        (one for one in applications if one.posting_id == posting.posting_id), key=lambda one: one.application_id
    )
    person_of = {one.application_id: _told_id(one.applicant_id, stopped) for one in own}
    steps = [one for one in decisions if one.application_id in person_of]
    decided = {one.application_id for one in steps}
    in_use = [one for one in own if one.applicant_id not in stopped]
    shown = [one for one in own if one.applicant_id not in stopped or one.application_id in decided]
    placed = [one for one in placements if one.posting_id == posting.posting_id]
    due = content_of_reminders(
        postings=(posting,),
        applications=in_use,
        decisions=steps,
        placements=placed,
        provenance=provenance,
        ahead_days=_AHEAD_DAYS,
    )
    return HandoverContent(
        title=place_title(posting),
        made=origin.generated_for,
        state=_state(with_told_seats(posting, own), own),
        versions=version_rows(before, posting),
        people=tuple(
            _person(
                one,
                person_of[one.application_id],
                [step for step in steps if step.application_id == one.application_id],
            )
            for one in shown
        ),
        decisions=tuple(_decision(step, person_of[step.application_id]) for step in steps),
        outcomes=tuple(
            row for placement in placed for row in _outcomes(placement, _told_id(placement.applicant_id, stopped))
        ),
        reminders=due.reminders,
        foot=foot_of(origin),
    )


def handover_workbook(content: HandoverContent) -> bytes:
    """The paper as an ``.xlsx`` file, a sheet for each part."""
    return sheets(content.sections())


def handover_pdf(content: HandoverContent) -> bytes:
    """The paper as a PDF."""
    return print_sections(content.sections())


def _state(posting: Posting, applications: Sequence[Application]) -> tuple[tuple[str, str], ...]:
    labels = state_table().states
    counts = Counter(one.status for one in applications)
    named = {words.status: words.label for words in reversed(list(labels.values()))}
    steps = list(dict.fromkeys(words.status for words in labels.values()))  # as a selection goes
    people = (
        "　".join(f"{named[status]} {counts[status]}件" for status in steps if counts[status]) or "応募はまだありません"
    )
    host = posting.host
    told = "記載なし" if host is None or host.type is None else JAPANESE[host.type]
    return (
        ("募集ID・状態", f"{posting.posting_id}　{_STATE_JA[posting.state]}　第{posting.version}版"),
        ("任務", clip(posting.mission_text or "", _MISSION_WIDTH) or "記載なし"),
        ("条件", "　".join(f"{label}: {words}" for label, words in posting_facts(posting))),
        ("受入団体", told),
        ("応募", people),
    )


def _told_id(applicant_id: str, stopped: Collection[str]) -> str:
    return f"{applicant_id}（{STOPPED_JA}）" if applicant_id in stopped else applicant_id


def _person(application: Application, told_id: str, steps: Sequence[DecisionAnswer]) -> tuple[Cell, ...]:
    received = application.received_at
    day = None if received is None else date.fromisoformat(received.isoformat()[:10])
    last = steps[-1] if steps else None
    return (
        told_id,
        application.application_id,
        "記録なし" if day is None else day,
        state_table().states[state_table().state_of(application.status)].label if last is None else last.label,
        "記録なし" if last is None else _day(last),
        "→".join(step.label for step in steps) or "記録なし",
    )


def _decision(step: DecisionAnswer, told_id: str) -> tuple[Cell, ...]:
    place = step.in_list
    told = "—" if place is None else "順の外" if place.rank is None else f"{place.rank}／{place.n_listed}"
    return (
        _day(step),
        told_id,
        f"{step.label}（訂正）" if step.corrects is not None else step.label,
        _BY_JA.get(step.by.role, "担当者"),
        told,
        "はい" if step.override else "いいえ",
        clip(step.reason or "", _REASON_WIDTH) or "記載なし",
    )


def _outcomes(placement: Placement, told_id: str) -> list[tuple[Cell, ...]]:
    return [
        (
            told_id,
            row.started_on,
            f"{months}か月",
            "退任" if row.state == "left" else "活動・居住を続けている",
            row.left_on if row.left_on is not None else "—",
            "—" if row.exit_code is None else {str(code): words for code, words in EXIT_JA.items()}[row.exit_code],
        )
        for months, row in sorted(placement.outcomes.items())
    ]


def _day(step: DecisionAnswer) -> date:
    return step.decided_at.astimezone(JAPAN).date()
