"""Applicants as columns, in three types: what may be ranked on, what rules need, what is private."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.guard import masked
from features.records import Applicant, Employer, FormerMember, Jet, Origin
from features.tables.columns import Columns
from features.tables.frames import LANGUAGES, TEXTS, Schema, frame_of, unique_ids
from features.tables.splice import Splice, copied

__all__ = ["ApplicantTable", "EligibilityColumns", "PrivateColumns", "SelectionColumns", "applicant_table"]

_LINKS = pl.List(pl.Struct({"municipality_code": pl.String, "kind": pl.String}))

_SELECTION: Schema = {
    "subtypes": TEXTS,
    "days_per_month": pl.Float64,
    "hours_per_month": pl.Float64,
    "onsite_days_per_month": pl.Float64,
    "term_months": pl.Int64,
    "occupations": TEXTS,
    "skills": TEXTS,
    "licences": TEXTS,
    "languages": LANGUAGES,
    "desired_activities": TEXTS,
    "available_from": pl.Date,
    "motivation_text": pl.String,
    "plan_text": pl.String,
    "links": _LINKS,
}
_ELIGIBILITY: Schema = {
    "programs": TEXTS,
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
    "employer_works_in": TEXTS,
    "employer_consent": pl.Boolean,
    "record_moved_on": pl.Date,
    "months_served": pl.Int64,
}
_PRIVATE: Schema = {
    "regions_wanted": TEXTS,
    "regions_refused": TEXTS,
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
    ids = unique_ids("applicant", [applicant.applicant_id for applicant in applicants])
    return ApplicantTable(
        ids=ids,
        selection=SelectionColumns(frame_of([_selection_row(a) for a in applicants], _SELECTION)),
        eligibility=EligibilityColumns(frame_of([_eligibility_row(a) for a in applicants], _ELIGIBILITY)),
        private=PrivateColumns(frame_of([_private_row(a) for a in applicants], _PRIVATE)),
    )


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
