"""One change to a pair: which facts it sets, and the condition it reads as."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from features.records import Applicant, Posting, SelectionProfile
from features.rules import Ruleset
from features.taxonomy.vocabulary import Zone

__all__ = ["Call", "Change", "ChangeTable", "change_table", "changed", "joined", "worded"]


@dataclass(frozen=True, eq=False)
class Call:
    """One posting with the rule files that speak about it.

    Attributes
    ----------
    posting : Posting
    programme, must_have : Ruleset
    is_tryout : bool
        The posting itself is an おためし or インターン.
    """

    posting: Posting
    programme: Ruleset
    must_have: Ruleset
    is_tryout: bool


@dataclass(frozen=True)
class Change:
    """Facts that may turn out otherwise.

    Attributes
    ----------
    codes : tuple of str
        Keys of ``changes.toml``; several where several have to come together.
    condition : str
        What a sentence begins with.
    noun : str
        The same beside others; empty where it never stands beside others.
    profile : mapping of str to object
        Fields of the selection profile with their values.
    zone : "inside", "outside" or None
        District of the posting, where that is what turns out.
    """

    codes: tuple[str, ...]
    condition: str
    noun: str
    profile: Mapping[str, object]
    zone: Zone | None = None

    @property
    def code(self) -> str:
        """The codes in one text."""
        return "+".join(self.codes)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Wording(_Part):
    alone: str
    beside: str = ""


class _Join(_Part):
    two: str
    more: str


class _Result(_Part):
    lifted: str
    lifted_tax: str
    lifted_open: str
    out: str
    out_tax: str
    verdict: str
    verdict_moved: str
    moved: str


class ChangeTable(_Part):
    """``changes.toml``: the wordings in the order that settles ties, and how much is tried and told."""

    most: int
    late_months: int
    most_skills: int
    change: dict[str, _Wording]
    join: _Join
    result: _Result


@lru_cache(maxsize=1)
def change_table() -> ChangeTable:
    """The table of changes."""
    text = files("features.counterfactuals").joinpath("changes.toml").read_text(encoding="utf-8")
    return ChangeTable.model_validate(tomllib.loads(text))


def worded(code: str, profile: Mapping[str, object], *, zone: Zone | None = None, **words: object) -> Change:
    """A change with the table's words filled in.

    Examples
    --------
    >>> worded("licence", {"licences": ("普通自動車免許",)}, names="普通自動車免許").condition
    '普通自動車免許があれば'
    """
    wording = change_table().change[code]
    return Change((code,), wording.alone.format_map(words), wording.beside.format_map(words), profile, zone)


def joined(changes: Sequence[Change]) -> Change | None:
    """Several changes as one; ``None`` where two of them set the same field to different values.

    Examples
    --------
    >>> both = joined([worded("licence", {"licences": ()}, names="A"), worded("days", {"days_per_month": 8}, least=8)])
    >>> both and (both.code, both.condition)
    ('licence+days', 'Aと月8日以上の活動の両方があれば')
    """
    if len(changes) == 1:
        return changes[0]
    fields = [field for change in changes for field in change.profile]
    if len(set(fields)) < len(fields):
        return None
    nouns, join = [change.noun for change in changes], change_table().join
    condition = (
        join.two.format(first=nouns[0], second=nouns[1]) if len(nouns) == 2 else join.more.format(all="、".join(nouns))
    )
    profile = {field: value for change in changes for field, value in change.profile.items()}
    return Change(tuple(code for change in changes for code in change.codes), condition, "", profile)


def changed(applicant: Applicant, change: Change) -> Applicant:
    """The record with the change made."""
    profile: SelectionProfile = applicant.selection_profile.model_copy(update=dict(change.profile))
    return applicant.model_copy(update={"selection_profile": profile})
