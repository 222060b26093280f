"""What of a placement 特別交付税 covers at most, fiscal year by fiscal year, by the dated rule files.

The figures are ceilings of eligible expenditure, not payments: the ministry counts afterwards. A figure that nobody
has confirmed stays ``None`` (未確認) and nothing is computed from it. Nor has anybody confirmed whether the ceiling of
a year shrinks where only some of its months are served: what is covered is told as *at most*, what stays as *at least*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from features.errors import RecordError
from features.money.earlier_ceilings import EarlierCeilings, earlier_ceilings
from features.money.fiscal_years import FiscalYear, fiscal_years
from features.records import Posting
from features.rules import Ruleset
from features.rules.catalogue import LIMIT_LABELS
from features.rules.ruleset import Amount
from features.rules.store import stored_rulesets
from features.taxonomy.vocabulary import Subtype

__all__ = ["Ceiling", "PlacementMoney", "YearMoney", "placement_money"]

_PAY: Final = "pay_yen_year"
_ACTIVITY: Final = "activity_yen_year"
_TOTAL: Final = "total_yen_year"
_BURDEN: Final = "burden_yen_year"
_OF_A_PERSON: Final[Mapping[str, tuple[str, ...]]] = {
    "kyoryokutai": (_PAY, _ACTIVITY, _TOTAL),
    "kigyojin": (_BURDEN,),
}
_MONTHS: Final = "max_months"


@dataclass(frozen=True)
class Ceiling:
    """One ceiling of one year; ``yen`` is ``None`` where nobody has confirmed it."""

    name: str
    label: str
    yen: int | None
    rule_id: str
    confidence: str
    source: str


@dataclass(frozen=True)
class YearMoney:
    """One fiscal year of a placement.

    Attributes
    ----------
    fiscal_year : int
    label : str
    months : int
        Months of the term in this year.
    covered_months : int or None
        Those within the months that are covered at all; ``None`` where that number is unconfirmed.
    planned_yen : int or None
        What the posting says it will cost in these months; ``None`` where it does not say.
    ceilings : tuple of Ceiling
    covered_at_most_yen, remains_at_least_yen : int or None
        They sum to ``planned_yen``; ``None`` where a figure is unconfirmed or unknown.
    sentence : str
    """

    fiscal_year: int
    label: str
    months: int
    covered_months: int | None
    planned_yen: int | None
    ceilings: tuple[Ceiling, ...]
    covered_at_most_yen: int | None
    remains_at_least_yen: int | None
    sentence: str


@dataclass(frozen=True)
class PlacementMoney:
    """A placement's years in order, what the figures leave out, and the rule files they rest on."""

    posting_id: str
    years: tuple[YearMoney, ...]
    notes: tuple[str, ...]
    rulesets: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """The interchange form."""
        return asdict(self)


def placement_money(
    posting: Posting,
    *,
    subtype: Subtype | None = None,
    months_used: int = 0,
    activity_yen_year: int | None = None,
    rulesets: Sequence[Ruleset] | None = None,
) -> PlacementMoney:
    """The money of one seat of a posting, year by year.

    Parameters
    ----------
    posting : Posting
        With ``start_date`` and ``term_months``.
    subtype : str, optional
        起業人: how the person comes; where the posting allows one only, it need not be said.
    months_used : int, default 0
        Months of an earlier term that count against the covered months.
    activity_yen_year : int, optional
        協力隊: planned activity costs of a whole year; without it only pay is planned.
    rulesets : sequence of Ruleset, optional
        Default: those that ship and those that were added.

    Raises
    ------
    RecordError
        If the posting does not say when it begins or how long it lasts, or allows several subtypes and none is named.
    """
    if posting.start_date is None or posting.term_months is None:
        missing = "start_date" if posting.start_date is None else "term_months"
        raise RecordError(f"posting {posting.posting_id} has no {missing}, expected one to tell fiscal years")
    known = stored_rulesets() if rulesets is None else rulesets
    way = _way_of(posting, subtype)
    years: list[YearMoney] = []
    rested_on: list[str] = []
    before = months_used
    for year in fiscal_years(posting.start_date, posting.term_months):
        spoken = _speaking(known, posting.program, year)
        rested_on += [] if spoken is None or spoken.id in rested_on else [spoken.id]
        amounts = [] if spoken is None else [a for a in spoken.amount if not a.subtypes or way in a.subtypes]
        years.append(_year(posting, year, amounts, before=before, activity=activity_yen_year))
        before += year.months
    return PlacementMoney(posting.posting_id, tuple(years), _notes(posting, activity_yen_year), tuple(rested_on))


def _way_of(posting: Posting, subtype: Subtype | None) -> str | None:
    if posting.program != "kigyojin" or subtype is not None:
        return subtype
    allowed = posting.subtypes or ()
    if len(allowed) != 1:
        raise RecordError(
            f"posting {posting.posting_id} allows {len(allowed)} subtypes, expected subtype to name dispatch, sidejob"
            " or senior: their ceilings differ"
        )
    return allowed[0]


def _speaking(known: Iterable[Ruleset], program: str, year: FiscalYear) -> Ruleset | EarlierCeilings | None:
    """The rule file of the year; an added one comes before one that ships, a later beginning before an earlier.

    For a year without one, the ceilings that are known of it.
    """
    fitting = [one for one in known if one.program == program and one.covers(year.first)]
    found = max(fitting, key=lambda one: (one.origin == "added", one.valid_from), default=None)
    return earlier_ceilings(program, year.first) if found is None else found


def _year(
    posting: Posting, year: FiscalYear, amounts: Sequence[Amount], *, before: int, activity: int | None
) -> YearMoney:
    ceilings = tuple(
        ceiling
        for name in _OF_A_PERSON[posting.program]
        for ceiling in [_ceiling(name, amounts)]
        if ceiling is not None
    )
    limits = {name: yen for amount in amounts for name, yen in amount.limits().items()}
    most = limits.get(_MONTHS)
    months = None if most is None else max(0, min(year.months, most - before))
    planned = _planned(posting, year.months, activity)
    covered = None if months is None else _covered(posting, months, activity, {c.name: c.yen for c in ceilings})
    if planned is None or covered is None:
        covered, remains = None, None
    else:
        covered = min(covered, planned)
        remains = planned - covered
    told = YearMoney(year.year, year.label, year.months, months, planned, ceilings, covered, remains, "")
    return replace(told, sentence=_sentence(told, own_funds=posting.own_funds))


def _ceiling(name: str, amounts: Sequence[Amount]) -> Ceiling | None:
    for amount in amounts:
        if name in amount.limits():
            source = " ".join(part for part in (amount.source.title, amount.source.clause or "") if part)
            return Ceiling(name, LIMIT_LABELS[name], amount.limits()[name], amount.id, amount.confidence, source)
    return None


def _planned(posting: Posting, months: int, activity: int | None) -> int | None:
    if posting.program == "kigyojin":
        burden = posting.agreed_burden_yen_year
        return None if burden is None else burden * months // 12
    pay = posting.monthly_pay_yen
    return None if pay is None else pay * months + (activity or 0) * months // 12


def _covered(posting: Posting, months: int, activity: int | None, ceilings: Mapping[str, int | None]) -> int | None:
    """Yen covered at most in ``months``; ``None`` where a ceiling that would decide is unconfirmed."""
    if posting.own_funds or months == 0:
        return 0
    planned = _planned(posting, months, activity)
    if posting.program == "kigyojin":
        most = ceilings.get(_BURDEN)
        return None if most is None or planned is None else min(planned, most)
    pay, most_pay, most_total = posting.monthly_pay_yen, ceilings.get(_PAY), ceilings.get(_TOTAL)
    if pay is None or most_pay is None or most_total is None:
        return None
    active, most_active = (activity or 0) * months // 12, ceilings.get(_ACTIVITY)
    if active and most_active is None:
        return None
    # a higher pay does not raise the total: what pay takes is not there for activities
    return min(min(pay * months, most_pay) + min(active, most_active or 0), most_total)


def _sentence(year: YearMoney, *, own_funds: bool) -> str:
    head = f"{year.label}（{year.months}か月）: "
    if own_funds:
        return head + "市町村の自己財源による募集のため、特別交付税措置の対象としていません。"
    if year.covered_months == 0:
        return head + "対象となる期間を過ぎているため、全額が市町村の負担です。"
    if year.planned_yen is None:
        return head + "募集に月額または負担額の記載がないため、計算していません。"
    if year.covered_at_most_yen is None or year.remains_at_least_yen is None:
        return head + f"予定額{year.planned_yen:,}円。この年度の上限額は未確認のため、対象額を計算していません。"
    part = "" if year.months == 12 else "年度途中の月割りの扱いは未確認です。"
    return head + (
        f"予定額{year.planned_yen:,}円のうち、対象は最大{year.covered_at_most_yen:,}円、"
        f"市町村の負担は少なくとも{year.remains_at_least_yen:,}円です。{part}"
    )


def _notes(posting: Posting, activity: int | None) -> tuple[str, ...]:
    notes = ["上限は対象経費の上限であり、交付される額ではありません。"]
    if posting.program == "kyoryokutai":
        if activity is None:
            notes.append("活動経費の予定が入力されていないため、報償費等だけの計算です。")
        if posting.bonus:
            notes.append("賞与の額は募集に記載がないため、含めていません。")
    return tuple(notes)
