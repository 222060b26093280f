"""Files of stay models: what was learned, as JSON that reads back to a model which tells the same chances.

No placement stands in a file as such, but ``covariance`` and ``support.inverse`` come of sums of products of people's
terms, to the last digit. Of a term in which one person stands apart they would hold that person's other terms; so
:func:`~features.staying.office_model.learn_office_model` leaves out terms in which fewer than five do, and what it
makes for a file (``kept``) holds no sum over a combination of two terms that fewer than five people have
(:mod:`features.staying.withheld`). It is kept as the records are all the same. A municipality with fewer than five
placements is not told apart in it, because the effect of a place where one person was placed would tell what became of
that person. Where terms end is told on a coarse grid, outwards: the smallest and largest value of a term are those of
one person each.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from features.json_files.models import load_model
from features.records import MunicipalityCode
from features.smallest_told import SMALLEST_TOLD
from features.staying.learned_curve import LearnedCurve
from features.staying.pooled_fit import PooledFit
from features.staying.posterior_shift import Shift
from features.staying.stay_model import StayModel
from features.staying.support import Support

__all__ = ["StayModelFile", "load_stay_model", "stay_model_file"]

_GRID: Final = 0.05  # half of what lies beyond the past and still counts as inside
_MOST: Final = 50.0  # log-odds of one month: e^50 is no odds that anybody learned
_ROUNDING: Final = 1e-6
_SLACK: Final = 1e-8  # of the largest number in a matrix: what rounding leaves

_Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e15, le=1e15)]
_Odds = Annotated[float, Field(allow_inf_nan=False, ge=-_MOST, le=_MOST)]
_Variance = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1e15)]
_Row = tuple[_Number, ...]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(_Part):
    """One municipality: its effect, and what goes into errors."""

    municipality_code: MunicipalityCode
    effect: _Odds
    shift: _Number
    own_variance: _Variance
    across: _Row


class SupportPart(_Part):
    """Where the past can answer."""

    low: _Row
    high: _Row
    inverse: tuple[_Row, ...]
    most_leverage: _Variance


class StayModelFile(_Part):
    """The content of a file."""

    kind: Literal["stay-model"] = "stay-model"
    format_version: Literal[2]
    terms: Annotated[tuple[str, ...], Field(min_length=1, max_length=100)]
    ends: Annotated[tuple[Annotated[int, Field(ge=1, le=600)], ...], Field(min_length=1, max_length=20)]
    months: Annotated[int, Field(ge=1, le=600)]
    seen_months: Annotated[int, Field(ge=1)]
    base: tuple[_Odds, ...]
    effects: tuple[_Odds, ...]
    shift: _Row
    place_sd: Annotated[float, Field(ge=0, le=_MOST, allow_inf_nan=False)]
    covariance: tuple[_Row, ...]
    places: Annotated[tuple[Place, ...], Field(max_length=2000)]
    support: SupportPart
    provenance: dict[str, object] = {}

    @model_validator(mode="before")
    @classmethod
    def _is_of_this_format(cls, content: Mapping[str, object]) -> Mapping[str, object]:
        # one sentence with the way out, instead of the keys that a file of before does not have
        if content.get("kind") == "stay-model" and content.get("format_version") != 2:
            raise ValueError("written in another format than version 2, learn it anew: enmusubi learn-stay … -o FILE")
        return content

    @model_validator(mode="after")
    def _fits(self) -> StayModelFile:
        k, fixed = len(self.terms), len(self.ends) + len(self.terms)
        square = {"covariance": (self.covariance, fixed), "support.inverse": (self.support.inverse, k + 1)}
        for name, (matrix, n) in square.items():
            if [len(row) for row in matrix] != [n] * n:
                raise ValueError(f"{name} is not {n} rows of {n} numbers")
        of_terms = {"effects": self.effects, "support.low": self.support.low, "support.high": self.support.high}
        rows = {name: (row, k) for name, row in of_terms.items()} | {"base": (self.base, len(self.ends))}
        rows["shift"] = (self.shift, fixed)
        rows |= {f"places[{j}].across": (place.across, fixed) for j, place in enumerate(self.places)}
        for name, (row, n) in rows.items():
            if len(row) != n:
                raise ValueError(f"{name} has {len(row)} numbers, expected {n}")
        return self

    @model_validator(mode="after")
    def _makes_sense(self) -> StayModelFile:
        if list(self.ends) != sorted(set(self.ends)):
            raise ValueError(f"ends are {', '.join(map(str, self.ends))}, expected months that rise")
        latest = min(self.seen_months, self.ends[-1])
        if self.months > latest:
            raise ValueError(f"months is {self.months}, expected at most {latest}: nothing was learned of later ones")
        codes = [place.municipality_code for place in self.places]
        for j in range(1, len(codes)):
            if codes[j] <= codes[j - 1]:
                raise ValueError(f"places[{j}].municipality_code is {codes[j]} after {codes[j - 1]}, expected a rise")
        for k, (low, high) in enumerate(zip(self.support.low, self.support.high, strict=True)):
            if not 0 <= low <= high <= 1:
                raise ValueError(f"support.low[{k}] is {low}, support.high[{k}] {high}, expected 0 <= low <= high <= 1")
        _verify_covariance("covariance", self.covariance)
        _verify_covariance("support.inverse", self.support.inverse)
        return self


def _verify_covariance(name: str, rows: tuple[_Row, ...]) -> None:
    matrix = np.array(rows, dtype=np.float64)
    slack = _SLACK * float(np.abs(matrix).max(initial=0.0))
    if np.abs(matrix - matrix.T).max(initial=0.0) > slack:
        raise ValueError(f"{name} is not symmetric")
    if np.linalg.eigvalsh(matrix).min(initial=0.0) < -slack:
        raise ValueError(f"{name} has a negative variance in some direction, expected none")


def stay_model_file(
    model: StayModel, n_of_place: Mapping[int, int], *, provenance: Mapping[str, object]
) -> StayModelFile:
    """The content of the file of a fitted model.

    Parameters
    ----------
    model : StayModel
        ``kept`` of an :class:`~features.staying.office_model.OfficeModel`.
    n_of_place : mapping of int to int
        Placements of each municipality.
    provenance : mapping
        What it was learned from.
    """
    curve, fit = model.curve_, model.curve_.fit
    told = [j for j, code in enumerate(curve.places.tolist()) if n_of_place.get(code, 0) >= SMALLEST_TOLD]
    return StayModelFile(
        format_version=2,
        terms=curve.terms,
        ends=curve.ends,
        months=model.months,
        seen_months=curve.seen_months,
        base=tuple(fit.base.tolist()),
        effects=tuple(fit.effects.tolist()),
        shift=tuple(fit.shift.fixed.tolist()),
        place_sd=fit.place_sd,
        covariance=_rows(fit.covariance),
        places=tuple(
            Place(
                municipality_code=f"{curve.places[j]:05d}",
                effect=float(fit.places[j]),
                shift=float(fit.shift.places[j]),
                own_variance=float(fit.own_variance[j]),
                across=tuple(fit.across[j].tolist()),
            )
            for j in (told if fit.place_sd > 0 else [])
        ),
        support=SupportPart(
            low=tuple(_on_grid(np.floor(curve.support.low / _GRID + _ROUNDING))),
            high=tuple(_on_grid(np.ceil(curve.support.high / _GRID - _ROUNDING))),
            inverse=_rows(curve.support.inverse),
            most_leverage=float(_on_grid(np.ceil(np.array([curve.support.most_leverage]) / _GRID - _ROUNDING))[0]),
        ),
        provenance=dict(provenance),
    )


def load_stay_model(path: Path) -> StayModel:
    """A fitted model from a file; it tells chances, intervals and where the past cannot answer.

    Raises
    ------
    RecordError
        If the file is none of a stay model, naming the place.
    StayingError
        If a term is none of the selection profile.
    """
    told = load_model(path, StayModelFile, what="a stay model")
    fixed = len(told.base) + len(told.effects)
    fit = PooledFit(
        base=np.array(told.base),
        effects=np.array(told.effects),
        places=np.array([place.effect for place in told.places]),
        place_sd=told.place_sd,
        covariance=np.array(told.covariance),
        across=np.array([place.across for place in told.places]).reshape(-1, fixed),
        own_variance=np.array([place.own_variance for place in told.places]),
        shift=Shift(np.array(told.shift), np.array([place.shift for place in told.places])),
        precision=np.zeros(fixed),
        scores=np.zeros((0, fixed)),
        log_likelihood=np.nan,
        log_evidence=np.nan,
        distance=0.0,
    )
    support = Support(
        low=np.array(told.support.low),
        high=np.array(told.support.high),
        inverse=np.array(told.support.inverse),
        most_leverage=told.support.most_leverage,
    )
    places = np.array([int(place.municipality_code) for place in told.places], dtype=np.int64)
    model = StayModel(terms=told.terms, ends=told.ends, months=told.months)
    return model.with_curve(LearnedCurve(told.terms, told.ends, fit, places, support, told.seen_months))


def _on_grid(steps: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[float]:
    return [float(step) for step in np.round(steps * _GRID, 10).tolist()]


def _rows(matrix: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> tuple[_Row, ...]:
    return tuple(tuple(row) for row in matrix.tolist())
