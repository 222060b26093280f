"""People of companies and the companies themselves: dispatched, side-job and retired 起業人."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.records import Applicant, Company
from features.synthetic.columns import Columns, rows, some_unknown
from features.synthetic.company_postings import field_topics
from features.synthetic.draws import at, indices, known_mask, pick, quota_labels
from features.synthetic.parameters import number, shares
from features.synthetic.people_texts import N_UNIFORMS, person_text
from features.synthetic.places import origin_places, places
from features.synthetic.texts import company_topics

__all__ = ["CompanyPeople", "draw_company_people"]

_INDUSTRY = {
    "ict": "情報通信業",
    "travel": "旅行・航空業",
    "consulting": "コンサルティング・シンクタンク",
    "hr": "人材・マーケティング",
    "retail": "小売・食品",
    "finance": "金融・保険業",
    "energy": "エネルギー・建設業",
    "other": "その他のサービス業",
}
_SHORT_NAME = {
    "ict": "情報", "travel": "旅行", "consulting": "総研", "hr": "人材",
    "retail": "食品", "finance": "保険", "energy": "電力", "other": "サービス",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class CompanyPeople:
    """People of companies and their latent side, ``(n,)`` each; ``home`` is the municipality of the office."""

    applicants: tuple[Applicant, ...]
    companies: tuple[Company, ...]
    subtype: tuple[str, ...]
    home: NDArray[np.int64]
    topic: NDArray[np.int64]
    is_far: NDArray[np.bool_]
    ability: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Firms:
    office: NDArray[np.int64]
    in_metro: NDArray[np.bool_]
    kind: list[str]


def draw_company_people(rng: np.random.Generator, n: int) -> CompanyPeople:
    """``n`` people with ids ``b00001`` … and the companies that dispatch them, ``f001`` …

    Parameters
    ----------
    rng : numpy.random.Generator
        The only source of chance.
    n : int
        Number of people.
    """
    subtype = quota_labels(rng, shares("company_people_subtype"), n)
    dispatched = [row for row, kind in enumerate(subtype) if kind == "dispatch"]
    n_firms = round(len(dispatched) / number("people_per_company"))
    # everybody works somewhere; only the firms that dispatch are listed as companies
    firm = np.arange(n) + n_firms
    firm[dispatched] = rng.permutation(np.arange(len(dispatched)) % max(n_firms, 1))
    firms = _firms(rng, n_firms + n)
    topic, is_far = field_topics(rng, n), ~known_mask(rng, number("paraphrase_share"), n)
    columns: Columns = {
        "employer": _employers(rng, subtype, firms, firm),
        "subtypes": [(kind,) for kind in subtype],
        **_presence(rng, subtype),
        "term_months": [int(label) for label in quota_labels(rng, shares("kigyojin_term"), n)],
        **_words(rng, topic, is_far),
    }
    unknown = {"term_months": 0.10, "onsite_days_per_month": 0.05, "skills": 0.05}
    return CompanyPeople(
        applicants=tuple(
            Applicant.model_validate(
                {"applicant_id": f"b{row:05d}", "programs": ("kigyojin",), "selection_profile": profile}
            )
            for row, profile in enumerate(rows(some_unknown(rng, columns, unknown)), start=1)
        ),
        companies=_companies(rng, firms, firm, n_firms),
        subtype=tuple(subtype),
        home=firms.office[firm],
        topic=topic,
        is_far=is_far,
        ability=rng.standard_normal(n),
    )


def _firms(rng: np.random.Generator, n: int) -> _Firms:
    in_metro = known_mask(rng, 1 - number("hq_in_metro"), n)
    office = np.where(in_metro, origin_places(rng, "metropolitan", n), origin_places(rng, "other_urban", n))
    return _Firms(office=office, in_metro=in_metro, kind=quota_labels(rng, shares("firm_type"), n))


def _employers(rng: np.random.Generator, subtype: list[str], firms: _Firms, firm: NDArray[np.int64]) -> list[object]:
    n = len(subtype)
    short = ~known_mask(rng, number("short_tenure"), n)
    tenure = np.where(short, rng.integers(3, 24, n), rng.integers(24, 260, n)).tolist()
    agreed = known_mask(rng, 1 - number("employer_consent"), n).tolist()
    return [
        {
            "municipality_code": places().code[firms.office[row]],
            "hq_in_metro": bool(firms.in_metro[row]),
            "tenure_months": months,
            "retired": kind == "senior",
            "works_in": (),
            **({"consent": consents} if kind == "sidejob" else {}),
        }
        for row, months, kind, consents in zip(firm.tolist(), tenure, subtype, agreed, strict=True)
    ]


def _presence(rng: np.random.Generator, subtype: list[str]) -> Columns:
    """Days and hours a month that people offer; some offer less than the programme asks."""
    n = len(subtype)
    is_dispatch = np.array([kind == "dispatch" for kind in subtype], dtype=np.bool_)
    few = ~known_mask(rng, number("too_few_days"), n)
    full_days, full_site = np.full(n, 20), rng.integers(10, 19, n)
    side_days, side_site = rng.integers(4, 9, n), rng.integers(1, 4, n)
    days = np.where(is_dispatch, full_days, np.where(few, rng.integers(2, 4, n), side_days))
    site = np.where(is_dispatch, np.where(few, rng.integers(5, 9, n), full_site), np.where(few, 0, side_site))
    hours = np.where(is_dispatch, 155, days * rng.integers(5, 8, n))
    return {
        "days_per_month": days.astype(np.float64).tolist(),
        "onsite_days_per_month": site.astype(np.float64).tolist(),
        "hours_per_month": hours.astype(np.float64).tolist(),
    }


def _words(rng: np.random.Generator, topic: NDArray[np.int64], is_far: NDArray[np.bool_]) -> Columns:
    topics = at(company_topics(), topic)
    jobs = [pick(t.jobs, u) for t, u in zip(topics, rng.random(len(topics)).tolist(), strict=True)]
    texts = [
        person_text(t, job, u, is_far=far)
        for t, job, u, far in zip(topics, jobs, rng.random((len(topics), N_UNIFORMS)), is_far.tolist(), strict=True)
    ]
    counts = indices(rng.integers(2, 5, len(topics)))
    return {
        "occupations": [(job,) for job in jobs],
        "skills": [
            tuple(at(t.skills, rng.permutation(len(t.skills)))[:count]) for t, count in zip(topics, counts, strict=True)
        ],
        "licences": [()] * len(topics),
        "languages": [()] * len(topics),
        "motivation_text": [text.motivation_text for text in texts],
        "plan_text": [text.plan_text for text in texts],
    }


def _companies(rng: np.random.Generator, firms: _Firms, firm: NDArray[np.int64], n_firms: int) -> tuple[Company, ...]:
    sells = known_mask(rng, 1 - number("sells_to_municipalities"), n_firms).tolist()
    return tuple(
        Company.model_validate(
            {
                "company_id": f"f{row + 1:03d}",
                "name": f"架空{_SHORT_NAME[firms.kind[row]]}{row + 1:03d}株式会社",
                "municipality_code": places().code[firms.office[row]],
                "hq_in_metro": bool(firms.in_metro[row]),
                "industry": _INDUSTRY[firms.kind[row]],
                "people": tuple(f"b{person + 1:05d}" for person in np.flatnonzero(firm == row).tolist()),
                "conflict": {"sells_to_municipalities": sells[row], "fields": ("municipal_dx",) if sells[row] else ()},
            }
        )
        for row in range(n_firms)
    )
