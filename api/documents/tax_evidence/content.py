"""Everything the evidence file says, fiscal year by fiscal year and programme by programme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, get_args

from api.documents.sectioned import UNCONFIRMED
from api.documents.sectioned.foot import foot_of
from api.documents.shapes import read_provenance
from api.documents.tax_evidence.members import Member, RegionProof, YearCosts, last_day, months_served
from api.documents.wording import date_ja
from features.money import EARLIEST, Ceiling, YearMoney, placement_money
from features.municipalities import find
from features.records import Posting
from features.rules import LIMIT_LABELS, Ruleset, stored_rulesets
from features.taxonomy.vocabulary import JAPANESE, Program, Subtype

__all__ = [
    "NO_DAYS",
    "NO_WAY",
    "TOO_EARLY",
    "BodyCeiling",
    "EvidenceRow",
    "EvidenceYear",
    "TaxEvidenceContent",
    "content_of_tax_evidence",
]

_ZONES: Final = {"inside": "条件不利区域の内", "outside": "条件不利区域の外", "unknown": "区域は未確認"}
_BODY: Final = (
    "recruit_yen_body_year",
    "otameshi_yen_body_year",
    "support_yen_body_year",
    "intern_yen_body_year",
    "preparation_yen_body_year",
    "own_project_yen_year",
)
_FEWEST_ROWS: Final = 1
NO_DAYS: Final = "着任の日か任期の記載がない人（着任後の記録に着任の日を、募集に任期を入れると載ります）"
TOO_EARLY: Final = f"{date_ja(EARLIEST)}より前に着任した人（この日からの年度だけを扱っています）"
NO_WAY: Final = "起業人の型（企業派遣型・副業型・シニア型）が一つに決まらない人（応募者の記録に型を入れると載ります）"


@dataclass(frozen=True)
class BodyCeiling:
    """A ceiling beside those of the rows in one year; of what lies within it the share ``rate`` counts."""

    label: str
    of: str
    yen: int | None
    rate: float | None
    rule_id: str
    confidence: str
    source: str


@dataclass(frozen=True)
class EvidenceRow:
    """One member in one fiscal year.

    Attributes
    ----------
    first, last : date
        Days of service in this year.
    covered_months : int or None
    ceilings : mapping of name to yen or None
        Those of :mod:`features.money`.
    is_own_funds : bool
    remark : str
        What stands in the way of a figure.
    """

    program: Program
    member_id: str
    placement_id: str
    posting_id: str
    contract: str
    first: date
    last: date
    months: int
    covered_months: int | None
    planned_pay_yen: int | None
    costs: YearCosts
    ceilings: Mapping[str, int | None]
    is_own_funds: bool
    proof: str
    remark: str


@dataclass(frozen=True)
class EvidenceYear:
    """One programme in one fiscal year."""

    fiscal_year: int
    label: str
    program: Program
    rows: tuple[EvidenceRow, ...]
    ceilings: tuple[Ceiling, ...]


@dataclass(frozen=True)
class TaxEvidenceContent:
    """The whole file.

    ``body_ceilings`` are those of the municipality by fiscal year, ``omitted`` the people who are left out: why, and
    their ids.
    """

    office: str
    made: date
    years: tuple[EvidenceYear, ...]
    body_ceilings: tuple[tuple[str, tuple[BodyCeiling, ...]], ...]
    foot: str
    omitted: tuple[tuple[str, tuple[str, ...]], ...] = ()


def content_of_tax_evidence(
    members: Sequence[Member],
    *,
    provenance: Mapping[str, object],
    office: str = "",
    omitted: Sequence[str] = (),
    rulesets: Sequence[Ruleset] | None = None,
) -> TaxEvidenceContent:
    """The evidence up to the fiscal year of the provenance's day.

    Parameters
    ----------
    members : sequence of Member
    provenance : mapping
    office : str, optional
        Name of the municipality.
    omitted : sequence of str, optional
        Ids of people who were placed and are not among the members, because their days are not known.
    rulesets : sequence of Ruleset, optional
        Default: those that ship and those that were added.

    Raises
    ------
    DocumentError
        If a placement has no end or ends before it starts.
    """
    origin = read_provenance(provenance)
    known = stored_rulesets() if rulesets is None else rulesets
    found: dict[tuple[int, Program], list[tuple[YearMoney, EvidenceRow]]] = {}
    left_out = {NO_DAYS: list(omitted)}
    for member in sorted(members, key=lambda one: (one.started_on, one.member_id, one.placement_id)):
        reason = _why_left_out(member)
        if reason is not None:
            left_out.setdefault(reason, []).append(member.member_id)
            continue
        for year, row in _rows(member, known):
            if row.first <= origin.generated_for:
                found.setdefault((year.fiscal_year, member.posting.program), []).append((year, row))
    order = sorted(found, key=lambda key: (key[0], get_args(Program).index(key[1])))
    years = tuple(_year(key, found[key]) for key in order)
    labels = {year.fiscal_year: year.label for year in years}
    bodies = tuple((label, _body_ceilings(fiscal_year, known)) for fiscal_year, label in labels.items())
    named = tuple((reason, tuple(dict.fromkeys(ids))) for reason, ids in left_out.items() if ids)
    return TaxEvidenceContent(office, origin.generated_for, years, bodies, foot_of(origin), named)


def _why_left_out(member: Member) -> str | None:
    """One row that cannot be told does not keep the others from being told."""
    last_day(member)  # whoever has no last day is refused before anything is said of the years
    if member.started_on < EARLIEST:
        return TOO_EARLY
    posting = member.posting
    if posting.program == "kigyojin" and member.subtype is None and len(posting.subtypes or ()) != 1:
        return NO_WAY
    return None


def _rows(member: Member, rulesets: Sequence[Ruleset]) -> Iterator[tuple[YearMoney, EvidenceRow]]:
    last = last_day(member)
    served = max(_FEWEST_ROWS, months_served(member.started_on, last))
    call = member.posting.model_copy(update={"start_date": member.started_on, "term_months": served})
    money = placement_money(call, subtype=member.subtype, months_used=member.months_used, rulesets=rulesets)
    for year in _with_the_last_days(money.years, call, last, rulesets, member):
        first = max(member.started_on, date(year.fiscal_year, 4, 1))
        end = min(last, date(year.fiscal_year + 1, 3, 31))
        costs = member.costs.get(year.fiscal_year, YearCosts())
        row = EvidenceRow(
            program=call.program,
            member_id=member.member_id,
            placement_id=member.placement_id,
            posting_id=call.posting_id,
            contract=_contract(member),
            first=first,
            last=end,
            months=year.months,
            covered_months=year.covered_months,
            planned_pay_yen=year.planned_yen,
            costs=costs,
            ceilings={one.name: one.yen for one in year.ceilings},
            is_own_funds=call.own_funds,
            proof=_proof(member.proof, call.program),
            remark=_remark(year, is_own_funds=call.own_funds),
        )
        yield year, row


def _with_the_last_days(
    years: Sequence[YearMoney], call: Posting, last: date, rulesets: Sequence[Ruleset], member: Member
) -> tuple[YearMoney, ...]:
    """A term that begins in the middle of a month may end with days of a year in which no month of it begins."""
    if last < date(years[-1].fiscal_year + 1, 4, 1):
        return tuple(years)
    longer = call.model_copy(update={"term_months": sum(year.months for year in years) + 1})
    more = placement_money(longer, subtype=member.subtype, months_used=member.months_used, rulesets=rulesets).years[-1]
    return (*years, replace(more, months=0, covered_months=None, planned_yen=None))


def _year(key: tuple[int, Program], found: Sequence[tuple[YearMoney, EvidenceRow]]) -> EvidenceYear:
    ceilings = {(one.rule_id, one.name, one.yen): one for year, _row in found for one in year.ceilings}
    return EvidenceYear(key[0], found[0][0].label, key[1], tuple(row for _year, row in found), tuple(ceilings.values()))


def _contract(member: Member) -> str:
    posting = member.posting
    if posting.program == "kigyojin":
        ways = (member.subtype,) if member.subtype else posting.subtypes or ()
        return "・".join(JAPANESE[way] for way in ways)
    return JAPANESE.get(posting.contract_type or "", "記載なし")


def _proof(proof: RegionProof | None, program: Program) -> str:
    if program == "kigyojin":
        return "住民票の異動なし"
    if proof is None:
        return UNCONFIRMED
    if not proof.is_confirmed:
        return f"確認できず（{date_ja(proof.checked_on)}　証明 {proof.proof_id}）"
    place = "" if proof.municipality_code is None else find(proof.municipality_code).full_name
    return f"{place}　{_ZONES[proof.zone or 'unknown']}\n{date_ja(proof.checked_on)}確認　証明 {proof.proof_id}"


def _remark(year: YearMoney, *, is_own_funds: bool) -> str:
    if is_own_funds:
        return "自主財源の募集（措置の対象外）"
    if year.months == 0:
        return "この年度は日数だけ。扱いを確認"
    if year.covered_months is None:
        return "対象となる期間は未確認"
    if year.covered_months == 0:
        return "対象となる期間の後"
    if year.covered_months < year.months:
        return f"{year.months}か月のうち{year.covered_months}か月が対象。分け方を確認"
    return "" if year.months == 12 else "年度途中の月割りの扱いは未確認"


def _ways(subtypes: Sequence[Subtype]) -> str:
    return f"（{'・'.join(JAPANESE[way] for way in subtypes)}）" if subtypes else ""


def _body_ceilings(fiscal_year: int, rulesets: Sequence[Ruleset]) -> tuple[BodyCeiling, ...]:
    first = date(fiscal_year, 4, 1)
    speaking = [one for one in rulesets if one.program in get_args(Program) and one.covers(first)]
    found = (
        BodyCeiling(
            f"{one.title} {LIMIT_LABELS[name]}{_ways(amount.subtypes)}",
            "1人" if "/人" in amount.unit else "団体",
            yen,
            amount.rate,
            amount.id,
            amount.confidence,
            str(amount.source),
        )
        for one in speaking
        for amount in one.amount
        for name, yen in amount.limits().items()
        if name in _BODY
    )
    return tuple(dict.fromkeys(found))
