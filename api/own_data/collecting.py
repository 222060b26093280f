"""Everything that is stored about one person, for that person: record with private part, history, decisions, uses.

Tables are found by the written list (``stores.toml``): what is added to it is in the answer without a change here.
These functions look at whole tables; whoever calls them is the person, or answers that person's request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from pydantic import BaseModel, Field, JsonValue
from sqlalchemy import ColumnElement, Connection, RowMapping, Table, select
from sqlmodel import Session

from api.audit.schemas import OwnUse
from api.http.errors import UnknownIdError
from api.own_data.erasing import applications_of
from api.own_data.stores import Store, rows_of_people, stores, tables_with_rows_of_people
from api.own_data.uses import uses_of
from api.retention.rules import ClassName, RetentionRule
from api.retention.terms import application_terms, pool_terms
from api.storage.schema_revision import METADATA
from features.municipalities import find

__all__ = ["ON_REQUEST", "KeptUntil", "OwnData", "Section", "own_data"]

# the same words to everybody: what is left out, and that somebody declared an interest, is told to nobody by them
ON_REQUEST: Final = (
    "選考についての担当者の理由、順位・重なりなどの数値、面接の評点、担当者の利益相反の申告は、この書面には載せていません。"
    "知りたいときは、応募した市町村に保有個人情報の開示請求（個人情報保護法76条）をしてください。"
)
_GOES_ON: Final = "応募"
_USES: Final = 1000  # a request reads a bounded part of the log; GET /me/uses goes on from there
_Json = dict[str, JsonValue]


class Section(BaseModel):
    """What one table holds of the person."""

    name: str
    label: str = Field(description="What it is, in words.")
    rows: list[_Json]


class KeptUntil(BaseModel):
    """Until when something is kept, and by which rule."""

    what: str
    last_day: date | None = Field(description="null: as long as it goes on.")
    rule: str


class OwnData(BaseModel):
    """Everything that is stored about the applicant who asks."""

    applicant_id: str
    made_at: datetime
    is_restricted: bool = Field(description="Whether the use of the record is stopped.")
    sections: list[Section]
    on_request: str = Field(description="What is not in here, whether or not there is any, and how to ask for it.")
    kept_until: list[KeptUntil]
    uses: list[OwnUse] = Field(description="Who used the record, newest first; GET /me/uses goes further back.")


def own_data(
    session: Session, applicant_id: str, rules: Mapping[ClassName, RetentionRule], *, on: date, now: datetime
) -> OwnData:
    """Collect what is stored about one applicant.

    Raises
    ------
    UnknownIdError
        If there is no such applicant.
    """
    connection = session.connection()
    sections = [section for section in _sections(session, connection, applicant_id) if section.rows]
    if not any(section.name == "applicant" for section in sections):
        raise UnknownIdError("applicant", applicant_id)
    stopped = [row for section in sections if section.name == "restriction" for row in section.rows]
    return OwnData(
        applicant_id=applicant_id,
        made_at=now,
        is_restricted=any(row["until"] is None for row in stopped),
        sections=sections,
        on_request=ON_REQUEST,
        kept_until=list(_kept_until(session, applicant_id, rules, on)),
        uses=uses_of(session, applicant_id, before=None, limit=_USES).uses,
    )


def _sections(session: Session, connection: Connection, applicant_id: str) -> Iterator[Section]:
    applications, tables = applications_of(session, applicant_id), METADATA.tables
    yield _section("applicant", _records(connection, tables["applicant"], tables["applicant"].c.id == applicant_id))
    own = tables["application"].c.applicant_id == applicant_id
    yield _section("application", _records(connection, tables["application"], own))
    yield _section("household", list(_households(connection, applicant_id)))
    yield _section("company", list(_companies(connection, applicant_id)))
    for table in tables_with_rows_of_people():
        if stores()[table.name].is_on_request:
            continue
        yield _section(table.name, _rows(connection, table, rows_of_people(table, [applicant_id], applications)))
    yield from _account_sections(connection, applicant_id)
    history = tables["history"].c
    # by whose application it was then; of an earlier person with the same id nothing is left to tell
    is_own = ((history.kind == "applicant") & (history.id == applicant_id) & history.record.is_not(None)) | (
        (history.kind == "application") & (history.record["applicant_id"].as_string() == applicant_id)
    )
    yield _section("history", _rows(connection, tables["history"], is_own))


def _account_sections(connection: Connection, applicant_id: str) -> Iterator[Section]:
    tables = METADATA.tables
    account = tables["account"]
    ids = list(connection.scalars(select(account.c.id).where(account.c.applicant_id == applicant_id)))
    yield _section("account", _rows(connection, account, account.c.id.in_(ids)))
    for name in ("signedin", "apitoken", "link"):
        yield _section(name, _rows(connection, tables[name], tables[name].c.account_id.in_(ids)))


def _section(name: str, rows: list[_Json]) -> Section:
    return Section(name=name, label=stores()[name].label, rows=rows)


def _records(connection: Connection, table: Table, condition: ColumnElement[bool]) -> list[_Json]:
    asked = select(table.c.record).where(condition).order_by(table.c.id)
    return list(connection.scalars(asked))


def _rows(connection: Connection, table: Table, condition: ColumnElement[bool]) -> list[_Json]:
    store = stores()[table.name]
    shown = [column for column in table.columns if column.name not in store.hidden]
    rows = connection.execute(select(*shown).where(condition).order_by(*table.primary_key.columns)).mappings()
    return [{name: _to_json(value) for name, value in row.items() if _is_told(store, name, row)} for row in rows]


def _is_told(store: Store, name: str, row: RowMapping) -> bool:
    return name not in store.on_request or (name in store.own_words and row["role"] == "applicant")


def _households(connection: Connection, applicant_id: str) -> Iterator[_Json]:
    """The person's own part: the others' ids are theirs."""
    for record in connection.scalars(select(METADATA.tables["household"].c.record)).all():
        members: Sequence[str] = record["members"]
        if applicant_id in members:
            column = members.index(applicant_id)
            wishes = [wish[column] for wish in record["joint_preferences"]]
            yield {"household_id": record["household_id"], "n_members": len(members), "own_wishes": wishes}


def _companies(connection: Connection, applicant_id: str) -> Iterator[_Json]:
    for record in connection.scalars(select(METADATA.tables["company"].c.record)).all():
        if applicant_id in (record.get("people") or ()):
            yield {"company_id": record["company_id"], "name": record["name"]}


def _kept_until(
    session: Session, applicant_id: str, rules: Mapping[ClassName, RetentionRule], on: date
) -> Iterator[KeptUntil]:
    terms = application_terms(session, rules, on=on, applicant_id=applicant_id)
    called = _calls_of(session.connection(), applicant_id)
    for term in terms or [one for one in pool_terms(session, rules) if one.id == applicant_id]:
        rule = rules[term.class_name]
        # what goes on has come to nothing yet, whatever becomes of it
        label = _GOES_ON if term.last_day is None and term.id in called else rule.label
        yield KeptUntil(what=f"{label}　{called.get(term.id, term.id)}", last_day=term.last_day, rule=rule.words())


def _calls_of(connection: Connection, applicant_id: str) -> dict[str, str]:
    """What the calls of a person's applications are called, by application."""
    application, posting = METADATA.tables["application"].c, METADATA.tables["posting"].c
    asked = select(application.id, posting.record).where(
        application.applicant_id == applicant_id, application.posting_id == posting.id
    )
    return {an_id: _call_words(record) for an_id, record in connection.execute(asked).all()}


def _call_words(record: Mapping[str, Any]) -> str:
    """A call by its town and title.

    Examples
    --------
    >>> _call_words({"posting_id": "p1", "municipality_code": "01468", "title": "森の仕事"})
    '北海道下川町「森の仕事」'
    """
    return f"{find(record['municipality_code']).full_name}「{record.get('title') or record['posting_id']}」"


def _to_json(value: Any) -> JsonValue:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    told: JsonValue = value
    return told
