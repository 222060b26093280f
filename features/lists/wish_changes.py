"""Which towns one private wish keeps out of an applicant's list: the list is made once more with that wish changed.

For the applicant alone: a wish is a trade, and whoever makes it should see what it costs. Nothing is stored and nobody
else's wish is read. A wish hardly ever rules a place out, so a town is counted where it would fit at least as well as
the last of the places that stand in the list now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from features.errors import FeatureError
from features.lists.ranking import open_postings
from features.market.scored_market import ScoredMarket
from features.market.standings import row_of, totals_of
from features.municipalities import find
from features.records import Applicant, PrivatePreferences, Records

__all__ = ["Wish", "WishChange", "wish_changes"]

Wish: TypeAlias = Literal["car_ok", "snow_ok", "island_ok", "min_monthly_pay_yen", "regions_wanted", "regions_refused"]
_ACCEPTED: Final[Mapping[Wish, str]] = {
    "car_ok": "車を運転できるなら",
    "snow_ok": "雪の多い土地でもよければ",
    "island_ok": "離島でもよければ",
}
_ANYWHERE: Final = "全国"
_LESS: Final = 0.9  # of the least pay, in whole ten thousands of yen
_STEP: Final = 10_000
_NAMED: Final = 3


@dataclass(frozen=True)
class WishChange:
    """What one changed wish would add to the list.

    Attributes
    ----------
    wish : Wish
        The private preference that is changed.
    municipality_codes : tuple of str
        Towns that are not among the first places now and would be at least as good as the last of them, best first.
    sentence : str
        The change and what follows, in Japanese, said to the applicant.
    """

    wish: Wish
    municipality_codes: tuple[str, ...]
    sentence: str


def wish_changes(
    market: ScoredMarket, applicant_id: str, *, top: int = 10, among: Collection[str] | None = None
) -> tuple[WishChange, ...]:
    """What the applicant's list would gain by each private wish that could be wider.

    Parameters
    ----------
    market : ScoredMarket
    applicant_id : str
    top : int, default 10
        Places that count as the list.
    among : collection of str, optional
        Codes of the municipalities whose postings are told, where not everybody's are.

    Returns
    -------
    tuple of WishChange
        Most towns first, equal ones in the order car, snow, island, pay, wanted, refused; a change that adds no town is
        left out.

    Raises
    ------
    RecordError
        If no applicant has that id.
    FeatureError
        If ``top`` is below 1.
    """
    if top < 1:
        raise FeatureError(f"top is {top}, expected >= 1")
    own = market.records.applicants[row_of(market.applicants.index_of, applicant_id, "applicant")]
    changes = list(_changes(own.private_preferences))
    people = [own, *(_with(own, number, wishes) for number, (_, _, wishes) in enumerate(changes))]
    asked = _asked_about(market, people)
    now = _fits(asked, 0, among)
    if not now:
        return ()
    least = sorted(now.values(), reverse=True)[:top][-1]
    had = {code for code, fit in _towns(market, now).items() if fit >= least}
    found: list[WishChange] = []
    for row, (wish, condition, _) in enumerate(changes, start=1):
        towns = _towns(market, _fits(asked, row, among))
        new = [code for code, fit in towns.items() if fit >= least and code not in had]
        if new:
            codes = tuple(sorted(new, key=lambda code: (-towns[code], code)))
            found.append(WishChange(wish, codes, _sentence(condition, codes, n_now=min(top, len(now)))))
    return tuple(sorted(found, key=lambda one: -len(one.municipality_codes)))


def _changes(wishes: PrivatePreferences) -> Iterator[tuple[Wish, str, PrivatePreferences]]:
    for name, condition in _ACCEPTED.items():
        if getattr(wishes, name) is not True:
            yield name, condition, wishes.model_copy(update={name: True})
    least = wishes.min_monthly_pay_yen
    if least is not None and least >= _STEP:
        lower = int(least * _LESS) // _STEP * _STEP
        yield (
            "min_monthly_pay_yen",
            f"月の報酬が{lower:,}円からでよければ",
            _changed(wishes, "min_monthly_pay_yen", lower),
        )
    if wishes.regions_wanted:
        yield "regions_wanted", "地域を選ばなければ", _changed(wishes, "regions_wanted", (_ANYWHERE,))
    for region in wishes.regions_refused or ():
        left = tuple(one for one in wishes.regions_refused or () if one != region)
        yield "regions_refused", f"{region}も考えるなら", _changed(wishes, "regions_refused", left)


def _changed(wishes: PrivatePreferences, name: Wish, value: object) -> PrivatePreferences:
    return wishes.model_copy(update={name: value})


def _with(own: Applicant, number: int, wishes: PrivatePreferences) -> Applicant:
    return own.model_copy(update={"applicant_id": f"{number}", "private_preferences": wishes})


def _asked_about(market: ScoredMarket, people: list[Applicant]) -> ScoredMarket:
    """A market of these people alone: rows of people stand by themselves, so each has the score of the whole market."""
    asked = ScoredMarket(
        Records(applicants=tuple(people), postings=market.records.postings), market.on, market.weights, market.rulesets
    )
    vars(asked).update(postings=market.postings, is_open=market.is_open)  # read once; the calls are the same
    return asked


def _fits(asked: ScoredMarket, row: int, among: Collection[str] | None) -> dict[int, float]:
    """Own scores of the postings that may stand in a list."""
    _, kept = open_postings(asked, row)
    if among is not None:
        told = [asked.records.postings[int(j)].municipality_code in among for j in kept]
        kept = kept[np.asarray(told, dtype=np.bool_)]
    totals = totals_of(asked.applicant.row(row, kept).value)
    return dict(zip(kept.tolist(), totals.tolist(), strict=True))


def _towns(market: ScoredMarket, fits: Mapping[int, float]) -> dict[str, float]:
    """The best score of each town."""
    best: dict[str, float] = {}
    for j, fit in fits.items():
        code = market.records.postings[j].municipality_code
        best[code] = max(fit, best.get(code, 0.0))
    return best


def _sentence(condition: str, codes: tuple[str, ...], *, n_now: int) -> str:
    names = "、".join(find(code).full_name for code in codes[:_NAMED])
    more = "など" if len(codes) > _NAMED else ""
    return (
        f"{condition}、今の{n_now}番目と同じかそれ以上に合うところが、あと{len(codes)}か所あります（{names}{more}）。"
    )
