"""A kept file as a plan, with what its office chose before."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date

from api.imports.errors import UnreadableFileError
from api.imports.own_numbers import applied_by_own_number
from api.imports.schemas import ImportAsked
from features.intake import ImportOptions, ImportPlan, IntakeError, Kind, OfficeMapping, plan_import
from features.records import Records

__all__ = ["plan_of"]


def plan_of(
    content: str,
    asked: ImportAsked,
    known: Records,
    *,
    code: str | None,
    key: bytes,
    on: date,
    remembered: Callable[[Kind], OfficeMapping | None],
) -> ImportPlan:
    """What importing a file would do.

    Parameters
    ----------
    content : str
        In base64.
    asked : ImportAsked
    known : Records
    code : str, optional
        The sender's municipality, for rows that name none.
    key : bytes
    on : date
        The day by which deadlines may have passed.
    remembered : callable
        Kind of list → what the office chose for it.

    Raises
    ------
    UnreadableFileError
        If the file cannot be read at all.
    """
    options = ImportOptions(
        kind=asked.mapping.kind if asked.mapping else asked.kind,
        sheet=asked.sheet,
        program=asked.program,
        municipality_code=asked.municipality_code or code,
        mapping=asked.mapping,
        known=known,
        applied=applied_by_own_number(known, code),
        on=on,
        id_key=key,
    )
    try:
        return plan_import(base64.b64decode(content), name=asked.name, options=options, remembered=remembered)
    except IntakeError as error:
        # what to do names the sheets of the file where one was asked for
        told = "シートの名前を確かめてください。" if asked.sheet is not None else error.mend
        raise UnreadableFileError(f"{error.reason} {told}") from None
