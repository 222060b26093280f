"""The quality sheet of a call: every check of its form, weighed by ``lines.toml``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from features.posting_quality.checks import (
    contract_fit,
    daily_life,
    host,
    languages,
    licences,
    living,
    plan,
    recruiting,
    terms_of_work,
    work,
)
from features.posting_quality.criteria import Criterion, Form, criteria, form_of
from features.posting_quality.must_fix import find_must_fix
from features.posting_quality.quality import Finding, MustFix, PostingQuality, QualityLine, Standing
from features.posting_quality.reading import Reading, read_posting
from features.records import Posting

__all__ = ["CHECKS", "assess"]

CHECKS: Final[Mapping[str, Callable[[Reading], Finding]]] = MappingProxyType(
    {
        check.__name__: check
        for check in (
            *(work.tasks, work.detail, work.plain),
            *(plan.goals, plan.first_90_days, plan.after_term),
            *(host.instructs, host.contact, host.residents),
            *(terms_of_work.contract, terms_of_work.pay, terms_of_work.hours, terms_of_work.working_days),
            *(terms_of_work.dates, terms_of_work.burden, terms_of_work.authority, contract_fit.contract_fit),
            *(daily_life.activity_budget, daily_life.housing, daily_life.vehicle, daily_life.side_job),
            *(living.snow, living.medical, living.schools, living.broadband),
            *(recruiting.wanted, recruiting.visit, recruiting.current, recruiting.lawful),
            *(licences.licences, licences.driving, languages.languages),
        )
    }
)


def assess(posting: Posting, *, on: date) -> PostingQuality:
    """Judge a call before it is published.

    The score measures what the call tells, not the place or the work. A fact that is not told never earns more than
    the worst one that is, so leaving out host, goals, pay or any other condition, or putting phrases that fit every
    call in the place of the mission, never raises it.

    Parameters
    ----------
    posting : Posting
    on : date
        The day deadlines and the age of the facts are seen from.

    Returns
    -------
    PostingQuality
        Points of each line rounded to 0.1; their sum is the score.

    Examples
    --------
    >>> bare = Posting(posting_id="p1", program="kyoryokutai", municipality_code="01468", headcount=1)
    >>> sheet = assess(bare, on=date(2026, 11, 25))
    >>> sheet.score, sheet.words, sheet.gaps()[0].sentence
    (3.0, '多くを書き足すとよい', 'する仕事の文章がありません。')
    """
    reading, form = read_posting(posting, on=on), form_of(posting)
    lines = tuple(_line(line, form, reading) for line in criteria().line if form in line.points)
    score = round(sum(line.points for line in lines), 1)
    must_fix = find_must_fix(reading)
    return PostingQuality(posting.posting_id, score, _words(score, must_fix), must_fix, lines)


def _line(criterion: Criterion, form: Form, reading: Reading) -> QualityLine:
    of = criterion.points[form]
    found = CHECKS[criterion.code](reading)
    points = round(of * found.share, 1)
    advice = None if points == of else found.advice or criterion.advice_in(form)
    return QualityLine(
        criterion.code, criterion.title, points, of, found.sentence, advice, found.phrase, criterion.source
    )


def _words(score: float, must_fix: tuple[MustFix, ...]) -> Standing:
    if must_fix:
        return "公開前に直す"
    if score < criteria().enough:
        return "多くを書き足すとよい"
    return "ほぼ十分" if score >= criteria().ready else "補うとよい"
