"""An applicant's own wishes in words: they stand in that applicant's own letter and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from api.documents.wording import yen_ja
from features.records import Needs, PrivatePreferences

__all__ = ["wish_rows"]

_HOUSING: Final = {
    "single": "一人で住む住まい",
    "couple": "二人で住む住まい",
    "family": "家族で住む住まい",
    "none": "住まいは要らない",
}
_UNSAID: Final = "うかがっていません"


def wish_rows(wishes: PrivatePreferences) -> tuple[tuple[str, str], ...]:
    """Each wish with its label; what was not said is said to be unknown, because it changes the order.

    Examples
    --------
    >>> dict(wish_rows(PrivatePreferences(regions_wanted=("北海道",), snow_ok=True)))["雪・島・車"]
    '雪の多い所: よい　離島: うかがっていません　車の運転: うかがっていません'
    """
    return tuple(_rows(wishes))


def _rows(wishes: PrivatePreferences) -> Iterator[tuple[str, str]]:
    yield "希望する地域", _listed(wishes.regions_wanted)
    yield "希望しない地域", _listed(wishes.regions_refused)
    least = wishes.min_monthly_pay_yen
    yield "報酬", _UNSAID if least is None else f"月額 {yen_ja(least)}以上"
    yield "住まい", _HOUSING.get(wishes.housing_need or "", _UNSAID)
    land = (("雪の多い所", wishes.snow_ok), ("離島", wishes.island_ok), ("車の運転", wishes.car_ok))
    yield "雪・島・車", "　".join(f"{label}: {_ok(answer)}" for label, answer in land)
    needs = wishes.needs or Needs()
    minutes = _UNSAID if needs.hospital_minutes is None else f"{needs.hospital_minutes}分以内"
    wanted = (("高校", needs.high_school), ("保育所", needs.nursery), ("光回線", needs.broadband))
    yield "暮らし", "　".join((f"病院まで: {minutes}", *(f"{label}: {_needed(answer)}" for label, answer in wanted)))
    if wishes.place_weight is not None:
        yield "場所と任務の重み", f"場所 {100 * wishes.place_weight:.0f}：任務 {100 - 100 * wishes.place_weight:.0f}"


def _listed(names: tuple[str, ...] | None) -> str:
    return _UNSAID if names is None else "、".join(names) or "特になし"


def _ok(answer: bool | None) -> str:
    return {True: "よい", False: "避けたい", None: _UNSAID}[answer]


def _needed(answer: bool | None) -> str:
    return {True: "必要", False: "不要", None: _UNSAID}[answer]
