"""Entries of the audit log as a page shows them, and the conditions that were asked for as an address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, get_args
from urllib.parse import urlencode

from pydantic import Field

from api.audit.entry import Entry, Subject
from api.audit.schemas import AuditLine
from api.audit.vocabulary import Action, Purpose, SubjectKind
from api.pages.forms import FormModel
from api.pages.record_places import place_words
from api.pages.words import Words
from features.plain_values import Day
from features.records import Identifier

__all__ = ["AuditForm", "ShownEntry", "address_of", "choices", "shown_entries"]

_MOST_NAMED: Final = 3  # ids of one kind in a line; the export has all of them


class AuditForm(FormModel):
    """Which entries: every condition that is given must fit. Names are those of the API but ``from``."""

    actor: Identifier | None = None
    action: Action | None = None
    purpose: Purpose | None = None
    kind: SubjectKind | None = None
    an_id: Identifier | None = None
    first: Day | None = None
    until: Day | None = None
    before: Annotated[int, Field(ge=1, le=2**62)] | None = None


@dataclass(frozen=True)
class ShownEntry:
    """One entry.

    Attributes
    ----------
    number : int
    at : datetime or None
        ``None`` where the stored text is no entry; the verification says more.
    role, actor, action, purpose : str
        Codes; the page has words for all but the actor's id.
    on : sequence of pairs
        Kind in words with how many, and the first ids.
    digests : sequence of pairs
        What the entry fixes: the name of each digest and its value.
    note : str
        What was refused, what a purge took, what stays in a call or was put right in a record, and why.
    """

    number: int
    at: datetime | None = None
    role: str = ""
    actor: str = ""
    action: str = ""
    purpose: str = ""
    on: Sequence[tuple[str, str]] = ()
    digests: Sequence[tuple[str, str]] = ()
    note: str = ""


def shown_entries(lines: Sequence[AuditLine], words: Words) -> list[ShownEntry]:
    """Entries in words."""
    return [_shown(line, words) for line in lines]


def address_of(asked: AuditForm, *, before: int | None = None) -> str:
    """The address of a search, from the entries before a number on.

    Examples
    --------
    >>> address_of(AuditForm(action="ranked", before=9), before=4)
    '/audit?action=ranked&before=4'
    """
    told = asked.model_dump(mode="json", exclude_none=True, exclude={"before"})
    return "/audit" + (
        f"?{query}" if (query := urlencode(told | ({} if before is None else {"before": before}))) else ""
    )


def choices(words: Words) -> dict[str, list[tuple[str, str]]]:
    """What each closed list lets one choose: values and words, anything first."""
    lists = {"action": Action, "purpose": Purpose, "kind": SubjectKind}
    anything = ("", words("audit.anything"))
    return {
        name: [anything, *((value, words(f"audit.{name}.{value}")) for value in get_args(values))]
        for name, values in lists.items()
    }


def _shown(line: AuditLine, words: Words) -> ShownEntry:
    entry = line.entry
    if entry is None:
        return ShownEntry(number=line.sequence)
    return ShownEntry(
        number=line.sequence,
        at=datetime.fromisoformat(entry.at),
        role=entry.actor.role,
        actor=entry.actor.id,
        action=entry.action,
        purpose=entry.purpose,
        on=[_subject(one, words) for one in entry.on],
        digests=[*_digests(entry, words), (words("audit.own_hash"), line.hash)],
        note=_note(entry, words),
    )


def _subject(one: Subject, words: Words) -> tuple[str, str]:
    named = "、".join(one.ids[:_MOST_NAMED])
    rest = one.count - min(len(one.ids), _MOST_NAMED)
    more = words("audit.and_more", n=rest) if named and rest > 0 else ""
    return words("audit.subject", kind=words(f"audit.kind.{one.kind}"), n=one.count), named + more


def _digests(entry: Entry, words: Words) -> Iterator[tuple[str, str]]:
    for name, digest in entry.inputs.items():
        yield words("audit.input", name=name), digest
    for name, digest in entry.outputs.items():
        yield words("audit.output", name=name), digest
    if entry.versions.weights is not None:
        yield words("audit.weights"), entry.versions.weights
    for name, digest in (entry.versions.rulesets or {}).items():
        yield name, digest


def _note(entry: Entry, words: Words) -> str:
    if entry.refusal is not None:
        return words("audit.refused", operation=entry.refusal.operation, n=entry.refusal.count)
    if entry.removed is not None:
        return words("audit.removed", first=entry.removed.first, last=entry.removed.last)
    if entry.kept:
        told = (f"{one.finding} {words(f'posting.keep.{one.choice}')}" for one in entry.kept)
        return words("audit.kept", what="、".join(told))
    return _corrected(entry, words)


def _corrected(entry: Entry, words: Words) -> str:
    if entry.corrected is None:
        return ""
    places = words("audit.and").join(place_words(entry.corrected.places, words))
    return words("audit.corrected", what=places, why=words(f"correction.why.{entry.corrected.reason}"))
