"""Records as columns: the only place where ids meet indices.

An applicant's columns come in three separate types, so that a function's signature says what it can read:
``SelectionColumns`` (what a coordinator may rank on), ``EligibilityColumns`` (what the rules need) and
``PrivateColumns`` (what serves this applicant's own recommendations only). A null is *unknown*, an empty list *none*.
What may not be judged (:mod:`features.guard`) is masked in an applicant's texts here, before anything reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, wraps
from typing import Any, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.columns import Columns
from features.errors import RecordError
from features.guard import masked
from features.records import Applicant, Employer, FormerMember, Host, Jet, Origin, Posting
from features.splice import Splice, copied

__all__ = [
    "ApplicantTable",
    "EligibilityColumns",
    "PostingTable",
    "PrivateColumns",
    "SelectionColumns",
    "applicant_table",
    "kept_with_calls",
    "posting_table",
    "reads_the_same",
    "with_seats_of",
]

T = TypeVar("T")
_TEXTS = pl.List(pl.String)
_LANGUAGES = pl.List(pl.Struct({"code": pl.String, "cefr": pl.String}))
_LINKS = pl.List(pl.Struct({"municipality_code": pl.String, "kind": pl.String}))

_SELECTION: dict[str, pl.DataType | type[pl.DataType]] = {
    "subtypes": _TEXTS,
    "days_per_month": pl.Float64,
    "hours_per_month": pl.Float64,
    "onsite_days_per_month": pl.Float64,
    "term_months": pl.Int64,
    "occupations": _TEXTS,
    "skills": _TEXTS,
    "licences": _TEXTS,
    "languages": _LANGUAGES,
    "desired_activities": _TEXTS,
    "available_from": pl.Date,
    "motivation_text": pl.String,
    "plan_text": pl.String,
    "links": _LINKS,
}
_ELIGIBILITY: dict[str, pl.DataType | type[pl.DataType]] = {
    "programs": _TEXTS,
    "origin_code": pl.String,
    "origin_zone": pl.String,
    "exception_kind": pl.String,
    "exception_months": pl.Int64,
    "exception_months_since_end": pl.Int64,
    "exception_code": pl.String,
    "employer_known": pl.Boolean,
    "employer_code": pl.String,
    "employer_hq_in_metro": pl.Boolean,
    "employer_tenure_months": pl.Int64,
    "employer_retired": pl.Boolean,
    "employer_works_in": _TEXTS,
    "employer_consent": pl.Boolean,
    "record_moved_on": pl.Date,
    "months_served": pl.Int64,
}
_PRIVATE: dict[str, pl.DataType | type[pl.DataType]] = {
    "regions_wanted": _TEXTS,
    "regions_refused": _TEXTS,
    "min_monthly_pay_yen": pl.Int64,
    "housing_need": pl.String,
    "snow_ok": pl.Boolean,
    "island_ok": pl.Boolean,
    "car_ok": pl.Boolean,
    "hospital_minutes": pl.Int64,
    "high_school": pl.Boolean,
    "nursery": pl.Boolean,
    "broadband": pl.Boolean,
    "place_weight": pl.Float64,
}
_POSTING: dict[str, pl.DataType | type[pl.DataType]] = {
    "program": pl.String,
    "municipality_code": pl.String,
    "zone": pl.String,
    "subtypes": _TEXTS,
    "title": pl.String,
    "mission_text": pl.String,
    "goals": _TEXTS,
    "activities": _TEXTS,
    "fields": _TEXTS,
    "contract_type": pl.String,
    "monthly_pay_yen": pl.Int64,
    "bonus": pl.Boolean,
    "housing": pl.String,
    "housing_subsidy_max_yen": pl.Int64,
    "vehicle": pl.String,
    "hours_per_week": pl.Float64,
    "side_job": pl.String,
    "term_months": pl.Int64,
    "min_days_per_month": pl.Float64,
    "min_hours_per_month": pl.Float64,
    "min_onsite_days_per_month": pl.Float64,
    "start_date": pl.Date,
    "required_licences": _TEXTS,
    "required_languages": _LANGUAGES,
    "required_skills": _TEXTS,
    "preferred_skills": _TEXTS,
    "trial": pl.String,
    "host_type": pl.String,
    "host_contact_frequency": pl.String,
    "host_briefed_residents": pl.Boolean,
    "host_peers": pl.Int64,
    "own_funds": pl.Boolean,
    "agreed_burden_yen_year": pl.Int64,
}


@dataclass(frozen=True, eq=False)
class SelectionColumns:
    """Tasks, skills, licences, plan, links and availability, one row an applicant."""

    frame: pl.DataFrame


@dataclass(frozen=True, eq=False)
class EligibilityColumns:
    """Origin, exception and employer: for rules and the applicant's own list, never for a coordinator's score."""

    frame: pl.DataFrame


@dataclass(frozen=True, eq=False)
class PrivateColumns:
    """Wishes about living: for this applicant's own recommendations only."""

    frame: pl.DataFrame


@dataclass(frozen=True, eq=False)
class ApplicantTable:
    """Applicants in rows; row ``i`` of every part belongs to ``ids[i]``."""

    ids: tuple[str, ...]
    selection: SelectionColumns
    eligibility: EligibilityColumns
    private: PrivateColumns

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def index_of(self) -> Mapping[str, int]:
        """Row of each applicant id."""
        return {applicant_id: row for row, applicant_id in enumerate(self.ids)}

    @cached_property
    def columns(self) -> Columns:
        """What the rules read, as lists."""
        return Columns((self.eligibility.frame, self.selection.frame))

    def spliced(self, ids: tuple[str, ...], splice: Splice, new: ApplicantTable) -> ApplicantTable:
        """The table of a later market, whose new rows are those of ``new``; the others share this one's memory."""
        selection, eligibility, private = (
            splice.of_frame(earlier.frame, added.frame)
            for earlier, added in (
                (self.selection, new.selection),
                (self.eligibility, new.eligibility),
                (self.private, new.private),
            )
        )
        parts = SelectionColumns(selection), EligibilityColumns(eligibility), PrivateColumns(private)
        later = ApplicantTable(ids, *parts)
        vars(later)["columns"] = self.columns.spliced((eligibility, selection), splice, new.columns)
        if ids is self.ids:
            vars(later)["index_of"] = self.index_of
        return later

    def copied(self) -> ApplicantTable:
        """The same table in memory of its own."""
        selection, eligibility, private = (
            copied(part.frame) for part in (self.selection, self.eligibility, self.private)
        )
        parts = SelectionColumns(selection), EligibilityColumns(eligibility), PrivateColumns(private)
        return ApplicantTable(self.ids, *parts)

    def taken(self, rows: NDArray[np.int64]) -> ApplicantTable:
        """A table of some of the applicants."""
        chosen: list[int] = rows.tolist()
        return ApplicantTable(
            tuple(self.ids[row] for row in chosen),
            SelectionColumns(self.selection.frame[rows]),
            EligibilityColumns(self.eligibility.frame[rows]),
            PrivateColumns(self.private.frame[rows]),
        )


@dataclass(frozen=True, eq=False)
class PostingTable:
    """Postings in rows; ``seats[j]`` are the seats still to fill at ``ids[j]``.

    What opens and closes a call (state, deadline, seats) is in no column of ``frame``: tables that share one frame are
    the same to whoever reads calls, and what was read of them is kept with them (:func:`kept_with_calls`).
    """

    ids: tuple[str, ...]
    frame: pl.DataFrame
    seats: NDArray[np.int64] = field(repr=False)

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def index_of(self) -> Mapping[str, int]:
        """Row of each posting id."""
        return {posting_id: row for row, posting_id in enumerate(self.ids)}

    @cached_property
    def columns(self) -> Columns:
        """Every column, as lists."""
        return Columns((self.frame,))

    @cached_property
    def readings(self) -> dict[object, Any]:
        """What was read of the calls, by who read it."""
        return {}


def applicant_table(applicants: Sequence[Applicant]) -> ApplicantTable:
    """Lay applicants out in columns.

    Parameters
    ----------
    applicants : sequence of Applicant
        Ids must be unique.

    Returns
    -------
    ApplicantTable
        One row an applicant, in the order given.

    Raises
    ------
    RecordError
        If an id occurs twice.
    """
    ids = _unique("applicant", [applicant.applicant_id for applicant in applicants])
    return ApplicantTable(
        ids=ids,
        selection=SelectionColumns(_frame([_selection_row(a) for a in applicants], _SELECTION)),
        eligibility=EligibilityColumns(_frame([_eligibility_row(a) for a in applicants], _ELIGIBILITY)),
        private=PrivateColumns(_frame([_private_row(a) for a in applicants], _PRIVATE)),
    )


def posting_table(postings: Sequence[Posting]) -> PostingTable:
    """Lay postings out in columns.

    Parameters
    ----------
    postings : sequence of Posting
        Ids must be unique.

    Returns
    -------
    PostingTable
        One row a posting, in the order given.

    Raises
    ------
    RecordError
        If an id occurs twice.
    """
    ids = _unique("posting", [posting.posting_id for posting in postings])
    frame = _frame([_posting_row(p) for p in postings], _POSTING)
    return PostingTable(ids=ids, frame=frame, seats=_seats(postings))


def reads_the_same(one: Posting, other: Posting) -> bool:
    """Whether two versions of a posting differ in nothing that a rule or a term reads."""
    return _posting_row(one) == _posting_row(other)


def with_seats_of(table: PostingTable, postings: Sequence[Posting]) -> PostingTable:
    """The same calls with the seats they have now."""
    later = PostingTable(ids=table.ids, frame=table.frame, seats=_seats(postings))
    vars(later).update({name: vars(table)[name] for name in ("index_of", "columns", "readings") if name in vars(table)})
    return later


def kept_with_calls(read: Callable[[PostingTable], T]) -> Callable[[PostingTable], T]:
    """``read`` done once for the calls of a table, and kept as long as a table of them lives."""

    @wraps(read)
    def read_once(postings: PostingTable) -> T:
        if read not in postings.readings:
            postings.readings[read] = read(postings)
        found: T = postings.readings[read]
        return found

    return read_once


def _seats(postings: Sequence[Posting]) -> NDArray[np.int64]:
    seats = np.array([posting.seats for posting in postings], dtype=np.int64)
    seats.flags.writeable = False
    return seats


def _unique(side: str, ids: list[str]) -> tuple[str, ...]:
    seen: set[str] = set()
    for an_id in ids:
        if an_id in seen:
            raise RecordError(f"{side} id {an_id} occurs twice, expected unique ids")
        seen.add(an_id)
    return tuple(ids)


def _frame(rows: list[dict[str, object]], schema: Mapping[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
    return pl.DataFrame({name: [row[name] for row in rows] for name in schema}, schema=schema, strict=True)


def _texts(values: Sequence[str] | None) -> list[str] | None:
    return None if values is None else list(values)


def _read(values: Sequence[str] | None) -> list[str] | None:
    return None if values is None else [_masked(value) for value in values]


@lru_cache(maxsize=65_536)
def _masked(text: str) -> str:
    return masked(text)


def _selection_row(applicant: Applicant) -> dict[str, object]:
    profile = applicant.selection_profile
    languages, links = profile.languages, profile.links
    return {
        "subtypes": _texts(profile.subtypes),
        "days_per_month": profile.days_per_month,
        "hours_per_month": profile.hours_per_month,
        "onsite_days_per_month": profile.onsite_days_per_month,
        "term_months": profile.term_months,
        "occupations": _read(profile.occupations),
        "skills": _read(profile.skills),
        "licences": _texts(profile.licences),
        "languages": None if languages is None else [{"code": x.code, "cefr": x.cefr} for x in languages],
        "desired_activities": _texts(profile.desired_activities),
        "available_from": profile.available_from,
        "motivation_text": None if profile.motivation_text is None else _masked(profile.motivation_text),
        "plan_text": None if profile.plan_text is None else _masked(profile.plan_text),
        "links": None if links is None else [{"municipality_code": x.municipality_code, "kind": x.kind} for x in links],
    }


def _eligibility_row(applicant: Applicant) -> dict[str, object]:
    profile = applicant.selection_profile
    origin = profile.origin or _NO_ORIGIN
    employer = profile.employer or Employer()
    exception = profile.exception
    served = exception if isinstance(exception, (FormerMember, Jet)) else None
    return {
        "programs": _texts(applicant.programs),
        "origin_code": origin.municipality_code or None,
        "origin_zone": origin.zone,
        "exception_kind": None if exception is None else exception.kind,
        "exception_months": None if served is None else served.months,
        "exception_months_since_end": None if served is None else served.months_since_end,
        "exception_code": exception.municipality_code if isinstance(exception, FormerMember) else None,
        "employer_known": profile.employer is not None,
        "employer_code": employer.municipality_code,
        "employer_hq_in_metro": employer.hq_in_metro,
        "employer_tenure_months": employer.tenure_months,
        "employer_retired": employer.retired,
        "employer_works_in": _texts(employer.works_in),
        "employer_consent": employer.consent,
        "record_moved_on": applicant.record_moved_on,
        "months_served": applicant.months_served,
    }


_NO_ORIGIN = Origin.model_construct(municipality_code="", zone="unknown")


def _private_row(applicant: Applicant) -> dict[str, object]:
    wishes = applicant.private_preferences
    needs = wishes.needs
    return {
        "regions_wanted": _texts(wishes.regions_wanted),
        "regions_refused": _texts(wishes.regions_refused),
        "min_monthly_pay_yen": wishes.min_monthly_pay_yen,
        "housing_need": wishes.housing_need,
        "snow_ok": wishes.snow_ok,
        "island_ok": wishes.island_ok,
        "car_ok": wishes.car_ok,
        "hospital_minutes": None if needs is None else needs.hospital_minutes,
        "high_school": None if needs is None else needs.high_school,
        "nursery": None if needs is None else needs.nursery,
        "broadband": None if needs is None else needs.broadband,
        "place_weight": wishes.place_weight,
    }


def _posting_row(posting: Posting) -> dict[str, object]:
    host = posting.host or Host()
    row = posting.model_dump(include=set(_POSTING))
    row |= {
        "host_type": host.type,
        "host_contact_frequency": host.contact_frequency,
        "host_briefed_residents": host.briefed_residents,
        "host_peers": host.peers,
    }
    return row
