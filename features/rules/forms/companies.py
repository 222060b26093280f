"""地域活性化起業人: who comes, from which company, to which body, under which contract."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

import polars as pl

from features.reference import municipality_table, prefecture_table
from features.rules.forms.form import Form, number, numbers, texts, truth
from features.rules.ruleset import Rule
from features.rules.state_table import SILENT, Relations, StateTable, tabulate
from features.rules.view import View

__all__ = ["COMPANY_LOCATION", "CONTRACT_PARTY", "EMPLOYMENT", "RECEIVING_BODY", "UNCONFIRMED", "WORKPLACE"]


def _build_employment(rule: Rule, view: View, states: tuple[str, ...]) -> StateTable:
    wants_retired, own_account = truth(rule, "retired"), texts(rule, "own_account_words")
    known, retired = view.applicants.flags("employer_known"), view.applicants.flags("employer_retired")
    occupations = view.applicants.lists("occupations")

    def state(is_known: bool | None, is_retired: bool | None, jobs: Sequence[str] | None) -> str:
        if not is_known:
            folded = {unicodedata.normalize("NFKC", job).strip() for job in jobs or ()}
            return "own_account" if folded and folded <= own_account else "unknown"
        if wants_retired:
            return "still_employed" if is_retired is False else "unconfirmed"
        return "retired" if is_retired else SILENT

    keys = [state(*facts) for facts in zip(known, retired, occupations, strict=True)]
    return tabulate(keys, [None] * view.n_postings, lambda key, _call, _here: key, states=states)


EMPLOYMENT = Form(
    states=("own_account", "retired", "still_employed", "unknown", "unconfirmed"),
    build=_build_employment,
    parameters=("retired", "own_account_words"),
)


def _build_workplace(_rule: Rule, view: View, states: tuple[str, ...]) -> StateTable:
    works_in, companies = view.applicants.lists("employer_works_in"), view.applicants.texts("employer_code")
    relations: list[Relations] = [
        tuple((code, "works_there") for code in places or ()) + (((company, "company_there"),) if company else ())
        for places, company in zip(works_in, companies, strict=True)
    ]

    def decide(is_known: bool, _call: None, relation: str | None) -> str:
        # a list of workplaces without this one settles it, even where the company has an office here
        if relation == "company_there" and is_known:
            return SILENT
        return relation or (SILENT if is_known else "unknown")

    keys = [places is not None for places in works_in]
    calls = [None] * view.n_postings
    return tabulate(keys, calls, decide, states=states, relations=relations, codes=view.destination_codes)


WORKPLACE = Form(states=("works_there", "company_there", "unknown"), build=_build_workplace)


def _build_location(rule: Rule, view: View, states: tuple[str, ...]) -> StateTable:
    metro, least = texts(rule, "metro_prefectures"), number(rule, "core_city_min_population")
    codes, headquarters = view.applicants.texts("employer_code"), view.applicants.flags("employer_hq_in_metro")

    def state(code: str | None, hq_in_metro: bool | None) -> str:
        if hq_in_metro or (code is not None and code[:2] in metro):
            return SILENT
        if code is None:
            return "unknown"
        # the list of 中核市 is not confirmed, so every city that could be one is asked about
        return "other_city" if code.endswith("000") or code in _larger_cities(least) else "elsewhere"

    keys = [state(code, hq) for code, hq in zip(codes, headquarters, strict=True)]
    return tabulate(keys, [None] * view.n_postings, lambda key, _call, _here: key, states=states)


@lru_cache(maxsize=8)
def _larger_cities(core_city_population: float) -> frozenset[str]:
    population = pl.max_horizontal("pop_2010", "pop_2015", "pop_2020")
    core = (pl.col("type") == "市") & (population >= core_city_population)
    found = municipality_table().filter(core | (pl.col("designated_city") == 1))["code"].to_list()
    return frozenset(found) | frozenset(prefecture_table()["capital_code"].to_list())


COMPANY_LOCATION = Form(
    states=("other_city", "elsewhere", "unknown"),
    build=_build_location,
    parameters=("metro_prefectures", "core_city_min_population"),
)


def _build_body(rule: Rule, view: View, states: tuple[str, ...]) -> StateTable:
    metro, urban = texts(rule, "metro_prefectures"), numbers(rule, "urban_metro_categories")
    with_zone = numbers(rule, "zone_metro_categories")

    def state(code: str) -> str:
        category = view.category(code)
        if code.endswith("000"):
            return "prefecture"
        if code[:2] not in metro:
            return "outside_metro"
        if category in urban:
            return "urban_metro"
        return "inside_metro_with_zone" if category in with_zone else "ground_unproven"

    keys = [state(code) for code in view.destination_codes]
    return tabulate([None] * view.n_applicants, keys, lambda _person, key, _here: key, states=states)


RECEIVING_BODY = Form(
    states=("outside_metro", "inside_metro_with_zone", "urban_metro", "ground_unproven", "prefecture"),
    build=_build_body,
    parameters=("metro_prefectures", "urban_metro_categories", "zone_metro_categories"),
    needs_regions=True,
)


def _build_party(rule: Rule, view: View, states: tuple[str, ...]) -> StateTable:
    refused = texts(rule, "refused_contracts")
    contracts = view.postings.texts("contract_type")
    keys = ["other_party" if contract in refused else SILENT for contract in contracts]
    return tabulate([None] * view.n_applicants, keys, lambda _person, key, _here: key, states=states)


def _party_words(_rule: Rule, view: View, _i: int, j: int) -> Mapping[str, object]:
    return {"contract": view.postings.texts("contract_type")[j]}


CONTRACT_PARTY = Form(
    states=("other_party",),
    build=_build_party,
    parameters=("refused_contracts",),
    words=_party_words,
    placeholders=("contract",),
)


def _build_unconfirmed(_rule: Rule, view: View, states: tuple[str, ...]) -> StateTable:
    nobody, none = [None] * view.n_applicants, [None] * view.n_postings
    return tabulate(nobody, none, lambda _person, _call, _here: "unconfirmed", states=states)


UNCONFIRMED = Form(states=("unconfirmed",), build=_build_unconfirmed)
