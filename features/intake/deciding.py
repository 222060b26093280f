"""Rows as records or as refusals, whole: what of a row cannot be stored keeps all of it out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple, get_args

from pydantic import BaseModel, ValidationError

from features.intake.building import Built, Draft, RecordKind, built, drafts, explain
from features.intake.catalogue import FieldEntry, Kind, catalogue
from features.intake.header import Table
from features.intake.issues import Issue
from features.intake.mapping import ColumnUse
from features.intake.namesakes import Namesakes
from features.intake.options import ImportOptions
from features.intake.rows import RowReading, Skipped
from features.intake.sheet import column_letters
from features.records import ID_OF, Posting, Records
from features.taxonomy.vocabulary import Program

__all__ = ["Decided", "Stored", "decided"]

_MISSING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "headcount": "「募集人数」の列に数字を書いてください。",
        "municipality_code": "「市町村」の列を足すか、取り込むときに市町村を選んでください。",
        "name": "「企業名」の列に書いてください。",
        "applicant_id": "「応募者ID」の列に書いてください。",
        "posting_id": "「応募先」の列に募集IDか題名を書いてください。",
    }
)


_WHO: Final = frozenset({"applicant_id", "identity_email", "identity_phone", "identity_name", "identity_kana"})
_UNREAD: Final = frozenset({"email_unreadable", "phone_unreadable", "name_unreadable"})
_ASIDE: Final = frozenset({"postal_code", "origin_prefecture", "programs"})


class Stored(NamedTuple):
    """A record that a row brings, with the row and the part of its address below the municipality."""

    kind: RecordKind
    id: str
    reading: RowReading
    found: Built


@dataclass
class Decided:
    """What becomes of the rows; filled once, in the order of the file."""

    stored: list[Stored] = field(default_factory=list[Stored])
    refused: list[Issue] = field(default_factory=list[Issue])
    remarks: list[Issue] = field(default_factory=list[Issue])
    skipped: list[Skipped] = field(default_factory=list[Skipped])
    is_every_name_compared: bool = True


class _Row(NamedTuple):
    reading: RowReading
    drafts: tuple[Draft, ...]


def decided(
    kind: Kind,
    readings: Iterable[RowReading],
    *,
    program: Program,
    table: Table,
    uses: Sequence[ColumnUse],
    options: ImportOptions,
) -> Decided:
    """Decide every row.

    Two rows under one id that say the same are one record; two that do not are both refused, for nobody here knows
    which is right.
    """
    outcome = Decided()
    rows: list[_Row] = []
    pairs = {(one.applicant_id, one.posting_id): one.application_id for one in options.known.applications}
    for reading in readings:
        outcome.refused += reading.refusals
        if not reading.refusals:
            made = drafts(
                kind,
                reading.values,
                program=program,
                municipality_code=options.municipality_code,
                key=options.id_key,
                pairs=pairs,
            )
            rows.append(_Row(reading, tuple(made)))
    applied = {applicant_id for applicant_id, _ in pairs} if options.applied is None else options.applied
    place = _Places(table, uses, kind, applied=applied)
    differing, first = _twice(rows)
    known = _by_id(options.known)
    namesakes = Namesakes(options.known.applicants, key=options.id_key)
    for row in rows:
        clash = next((draft for draft in row.drafts if (draft.kind, draft.id) in differing), None)
        if clash is not None:
            others = differing[clash.kind, clash.id]
            outcome.refused.append(
                place.of_row(row.reading, "id_twice", *_twice_words(others, row.reading.number, table))
            )
        elif all(first[draft.kind, draft.id] != row.reading.number for draft in row.drafts):
            outcome.skipped.append(place.skipped(row.reading, "同じ内容の行が上にあります。"))
        else:
            stored = _store(row, known, first, place, outcome, publishes=options.publishes_new_calls)
            outcome.remarks += [place.namesake(row.reading, ids) for ids in _namesakes(stored, namesakes)]
            outcome.remarks += [place.passed(row.reading) for one in stored if _has_passed(one, options.on)]
    outcome.is_every_name_compared = not namesakes.is_exhausted
    return outcome


def _store(
    row: _Row,
    known: Mapping[tuple[str, str], BaseModel],
    first: Mapping[tuple[str, str], int],
    place: _Places,
    outcome: Decided,
    *,
    publishes: bool,
) -> Sequence[Stored]:
    """The records that the row brings; none where it is refused."""
    new = [draft for draft in row.drafts if first[draft.kind, draft.id] == row.reading.number]
    # a state that nobody could read may have said that the call is not to be seen
    publishes = publishes and all(remark.field != "state" for remark in row.reading.remarks)
    made: list[Stored] = []
    for draft in new:
        if draft.kind == "applications" and _names_nobody(draft, row, known):
            outcome.refused.append(
                place.of_field(
                    row.reading,
                    "applicant",
                    "applicant_unknown",
                    "その応募者は登録されていません。",
                    "応募者を先に取り込むか、IDを直してください。",
                )
            )
            return ()
        unknown = place.unknowable(row.reading) if _is_unknowable(draft, row.reading, known, place) else None
        if unknown is not None:
            outcome.refused.append(unknown)
            return ()
        try:
            found = built(draft, known.get((draft.kind, draft.id)), publishes=publishes)
        except ValidationError as error:
            outcome.refused.append(place.of_error(row.reading, error))
            return ()
        made.append(Stored(draft.kind, draft.id, row.reading, found))
    outcome.stored += made
    outcome.remarks += row.reading.remarks
    if place.lacks_call(row):
        outcome.remarks.append(
            place.of_field(
                row.reading,
                "posting",
                "call_blank",
                "応募先が空なので、応募は作りません。この人はどの募集の一覧にも出ません。",
                "応募先の募集の題名か番号を書いてください。",
            )
        )
    if any(draft.lacks_exception for draft in new):
        outcome.remarks.append(
            place.of_field(
                row.reading,
                "exception",
                "exception_incomplete",
                "地域要件の例外に必要な月数や任地がないので、例外は「不明」としました。",
                "在任した月数、終えてからの月数、元隊員は任地の列を足してください。",
            )
        )
    return made


def _namesakes(stored: Sequence[Stored], namesakes: Namesakes) -> Iterator[tuple[str, ...]]:
    new = [one for one in stored if one.kind == "applicants" and one.found.state == "new"]
    yield from (ids for one in new if (ids := namesakes.of(one.reading.values)))


def _has_passed(stored: Stored, on: date | None) -> bool:
    """Whether it is a new or changed call that is not closed although its deadline lies before the day."""
    call = stored.found.record
    if not isinstance(call, Posting) or on is None or call.deadline is None or stored.found.state == "unchanged":
        return False
    return call.state != "closed" and call.deadline < on


def _is_unknowable(
    draft: Draft, reading: RowReading, known: Mapping[tuple[str, str], BaseModel], place: _Places
) -> bool:
    """Whether nothing tells who an applicant is, or nothing is told of one who is new."""
    if draft.kind != "applicants":
        return False
    told = [name for name, value in reading.values.items() if value is not None]
    if not any(name in _WHO for name in told) or place.lacks_id(reading):
        return True
    is_new = (draft.kind, draft.id) not in known
    return is_new and all(name in _WHO or name in _ASIDE for name in reading.values)


def _names_nobody(draft: Draft, row: _Row, known: Mapping[tuple[str, str], BaseModel]) -> bool:
    """Whether an application names an applicant who is neither stored nor in its own row, where any are stored."""
    named = ("applicants", str(draft.content.get("applicant_id")))
    has_applicants = any(kind == "applicants" for kind, _ in known)
    return has_applicants and named not in known and all((one.kind, one.id) != named for one in row.drafts)


def _twice(rows: Sequence[_Row]) -> tuple[dict[tuple[str, str], list[int]], dict[tuple[str, str], int]]:
    """Rows of ids that say different things, and the first row of every id."""
    first: dict[tuple[str, str], int] = {}
    content: dict[tuple[str, str], object] = {}
    differing: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        for draft in row.drafts:
            key = (draft.kind, draft.id)
            if key not in first:
                first[key], content[key] = row.reading.number, draft.content
            elif content[key] != draft.content:
                differing[key] = []
    for row in rows if differing else ():
        for draft in row.drafts:
            if (draft.kind, draft.id) in differing:
                differing[draft.kind, draft.id].append(row.reading.number)
    return differing, first


def _twice_words(others: Sequence[int], own: int, table: Table) -> tuple[str, str]:
    where = "、".join(table.place_of(number) for number in others if number != own)
    unit = "列" if table.is_turned else "行"
    return f"{where}{unit}と同じIDなのに内容が違います。", "IDを分けるか、正しいほうだけを残してください。"


def _by_id(known: Records) -> dict[tuple[str, str], BaseModel]:
    kinds: tuple[RecordKind, ...] = get_args(RecordKind)
    return {(kind, getattr(record, ID_OF[kind])): record for kind in kinds for record in getattr(known, kind)}


class _Places:
    """Where a field of a row stands in the sheet."""

    def __init__(self, table: Table, uses: Sequence[ColumnUse], kind: Kind, *, applied: Collection[str]) -> None:
        self._table = table
        self._uses = {use.entry.name: use for use in reversed(uses) if use.entry is not None}
        self._entries = catalogue(kind).field
        self._applied = applied

    def skipped(self, reading: RowReading, reason: str) -> Skipped:
        """A row that brings nothing of its own."""
        row, column = self._cell(reading, None)
        return Skipped(row, column, reason)

    def of_row(self, reading: RowReading, code: str, reason: str, mend: str) -> Issue:
        """What is wrong with a row as a whole."""
        row, column = self._cell(reading, None)
        return Issue(row, column, "", "", "", code, reason, mend)

    def lacks_id(self, reading: RowReading) -> bool:
        """Whether the list has a column of ids and this row has none: by its name it might become another person."""
        return "applicant_id" in self._uses and not reading.values.get("applicant_id")

    def lacks_call(self, row: _Row) -> bool:
        """Whether the list tells calls, and this row none for somebody who has applied nowhere."""
        kinds = [draft.kind for draft in row.drafts]
        return "posting" in self._uses and kinds == ["applicants"] and row.drafts[0].id not in self._applied

    def unknowable(self, reading: RowReading) -> Issue:
        """A row of which nobody could say next time whose it is, or that says nothing but whose it is."""
        if not any(name in _WHO for name, value in reading.values.items() if value is not None):
            unread = "、".join(f"「{one.heading}」" for one in reading.remarks if one.code in _UNREAD)
            if unread:
                said = f"{unread}に書かれたものが、その形として読めません。ほかに、だれの行か分かるものがありません。"
                return self.of_row(reading, "nobody_told", said, f"{unread}を書き直すか、受付番号を書いてください。")
            said = "受付番号・氏名・メール・電話番号のどれもないので、次に取り込むとき同じ人だと分かりません。"
            return self.of_row(reading, "nobody_told", said, "受付番号か氏名を書いてください。")
        if self.lacks_id(reading):
            said = "番号の列があるのに、この行の番号が空です。"
            return self.of_row(reading, "id_blank", said, "番号を書くか、番号の列を読まないようにしてください。")
        said = "番号や名前のほかに、記録に入れる内容がありません。"
        return self.of_row(reading, "nothing_told", said, "住所や志望動機などの列を書くか、この行を除いてください。")

    def namesake(self, reading: RowReading, ids: tuple[str, ...]) -> Issue:
        """A new person whose name is stored with another municipality: perhaps the same, who moved."""
        use = self._uses.get("origin")
        row, column = self._cell(reading, use)
        said = "同じ氏名で、ちがう市区町村の人が登録されています。転居した同じ人かもしれません。"
        mend = (
            "同じ人なら、この行を別のファイルに分け、応募者IDの列を足して登録済みのID（候補）を書いて取り込んでください。"
            "別の人なら、このままで構いません。"
        )
        return Issue(row, column, use.column.heading if use else "", "origin", "", "namesake_known", said, mend, ids)

    def passed(self, reading: RowReading) -> Issue:
        """A call that is not closed and whose deadline has passed."""
        said = "締切の日がもう過ぎていますが、募集は終了になっていません。"
        mend = "締切の日を確かめてください。終わった募集なら、「状態」の列に「募集終了」と書いてください。"
        return self.of_field(reading, "deadline", "deadline_past", said, mend)

    def of_field(self, reading: RowReading, name: str, code: str, reason: str, mend: str) -> Issue:
        """What is wrong with a field of a row."""
        use = self._uses.get(name)
        row, column = self._cell(reading, use)
        return Issue(row, column, use.column.heading if use else "", name, "", code, reason, mend)

    def of_error(self, reading: RowReading, error: ValidationError) -> Issue:
        """What makes the values of a row no record."""
        path, kind = explain(error)
        entry = next((entry for entry in self._entries if entry.path in (path, f"application.{path}")), None)
        label = entry.ja if entry is not None else path
        if kind == "missing" or (entry is not None and reading.values.get(entry.name, "") is None):
            mend = _MISSING.get(path, "その列に書いてください。")
            return self.of_field(reading, _name(entry, path), "value_missing", f"「{label}」がありません。", mend)
        reason = f"「{label}」の値が、記録に入れられる範囲の外です。"
        return self.of_field(
            reading, _name(entry, path), "value_out_of_range", reason, "値を確かめて書き直してください。"
        )

    def _cell(self, reading: RowReading, use: ColumnUse | None) -> tuple[int, str]:
        if self._table.is_turned:
            return (int(use.column.place) if use else 1), column_letters(reading.number - 1)
        return reading.number, use.column.place if use else ""


def _name(entry: FieldEntry | None, path: str) -> str:
    return entry.name if entry is not None else path
