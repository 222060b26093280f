"""One applicant and one posting: the market of one pair, told in full."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from features.day_words import date_ja
from features.records import Applicant, Posting
from features.rules.forms.membership import used_months
from features.rules.market import MarketVerdicts, judge
from features.rules.ruleset import Ruleset
from features.rules.verdicts import Eligibility, RuleFinding, verdict_words
from features.tables import applicant_table, posting_table

__all__ = ["eligibility"]


def eligibility(
    applicant: Applicant,
    posting: Posting,
    *,
    on: date,
    rulesets: Sequence[Ruleset] | None = None,
    appointed: bool = False,
) -> Eligibility:
    """Ask the rules about one pair.

    Parameters
    ----------
    applicant : Applicant
    posting : Posting
    on : date
        The day whose rule files speak.
    rulesets : sequence of Ruleset, optional
        Default: the shipped and the added rule files.
    appointed : bool, default False
        The applicant is already appointed at the posting, so the 住民票 must have moved by ``on``.

    Returns
    -------
    Eligibility
        The same code path as :func:`~features.rules.market.judge`.

    Raises
    ------
    RulesetError
        If no rule file covers the day.

    Examples
    --------
    >>> person = Applicant.model_validate({"applicant_id": "a", "programs": ["kyoryokutai"],
    ...     "selection_profile": {"origin": {"municipality_code": "13112"}}})
    >>> town = Posting(posting_id="p", program="kyoryokutai", municipality_code="01468", headcount=1)
    >>> found = eligibility(person, town, on=date(2026, 11, 23))
    >>> found.verdict, found.rule_id
    ('covered', 'region-matrix')
    """
    verdicts = judge(
        applicant_table([applicant]), posting_table([posting]), on=on, rulesets=rulesets, appointed=appointed
    )
    findings = verdicts.findings(0, 0)
    first = findings[0]
    as_of = verdicts.view(0).ruleset.as_of
    return Eligibility(
        verdict=verdicts.overall(0, 0),
        rule_id=first.rule_id,
        kind=first.kind,
        source=first.source,
        sentence=_told(first, as_of),
        as_of=as_of,
        limits=_limits(verdicts),
        findings=findings,
        open_points=verdicts.open_points(0, 0),
    )


def _told(finding: RuleFinding, as_of: date) -> str:
    reason = finding.sentence.removesuffix("。")
    return f"{verdict_words(finding)}：{reason}（{date_ja(as_of)}現在の表による目安であり、受入自治体が確認します）。"


def _limits(verdicts: MarketVerdicts) -> dict[str, int | None]:
    view, kind = verdicts.view(0), verdicts.subtype(0, 0)
    limits: dict[str, int | None] = {}
    for amount in view.ruleset.amount:
        if not amount.subtypes or kind in amount.subtypes:
            limits |= amount.limits()
    months = limits.get("max_months")
    if months is not None and view.ruleset.program == "kyoryokutai":
        limits["max_months"] = max(months - used_months(view, 0, 0), 0)
    return limits
