"""The labelled set of ``fixtures/relevance``: it is whole, its README counts right, the engine keeps its figures."""

from __future__ import annotations

import csv
import re
import shlex
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from api.cli import run
from features.market.scored_market import read_market
from features.relevance.labelled_set import GROUPS, HALVES, JUDGED_ON, Group, LabelledHalf, LabelledSet, load
from features.relevance.orders import ENGINE, ORDERS
from features.relevance.report import ExclusionFigures, OrderFigures, exclusions_of, figures_of
from features.rules.ruleset import Kind

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "fixtures" / "relevance"
HOW_TO = ROOT / "docs" / "how-to" / "measure-the-order.md"

# Least figures of the engine on the test half, a little below what was measured: mean and worst nDCG, mean and worst
# share of right pairs. They are raised when the engine becomes better, never lowered without a word in the changelog.
LEAST: dict[Group, tuple[float, float, float, float]] = {
    "first": (0.96, 0.78, 0.945, 0.0),  # one call has a single pair to compare, and it is the wrong way round
    "all": (0.885, 0.57, 0.97, 0.82),
}

# How far the engine is ahead of each order at least, in mean nDCG and mean share of right pairs, with everybody read.
LEAST_LEAD = {
    "bigrams": (0.32, 0.11),
    "words": (0.19, 0.075),
    "vectors": (0.095, 0.03),
    "facet_vectors": (0.10, 0.04),
    "no_taxonomy": (0.06, 0.01),
    "no_facets": (0.04, 0.01),
    "no_vectors": (0.05, 0.025),
}


@pytest.fixture(scope="module")
def labelled() -> LabelledSet:
    return load(FOLDER)


@pytest.fixture(scope="module")
def measured(labelled: LabelledSet) -> tuple[dict[str, OrderFigures], ExclusionFigures]:
    half = labelled.half("test")
    market = read_market(half.records, on=JUDGED_ON)
    return {order.name: figures_of(order, half, market) for order in ORDERS}, exclusions_of(half, market)


@pytest.fixture(scope="module")
def engine_of(measured: tuple[dict[str, OrderFigures], ExclusionFigures]) -> dict[Group, OrderFigures]:
    half = load(FOLDER, people="first").half("test")
    return {"first": figures_of(ENGINE, half, read_market(half.records, on=JUDGED_ON)), "all": measured[0]["engine"]}


def test_the_command_that_the_how_to_shows_measures_it(
    measured: tuple[dict[str, OrderFigures], ExclusionFigures], capsys: pytest.CaptureFixture[str]
) -> None:
    command = re.search(r"^enmusubi (evaluate relevance .+)$", HOW_TO.read_text(encoding="utf-8"), re.M)
    assert command is not None
    assert run(shlex.split(command[1])) == 0  # everything was read for the figures above
    assert f"{measured[0]['engine'].gain:.3f}" in capsys.readouterr().out


# the set


def test_the_set_has_enough_calls_and_people_of_both_programmes(labelled: LabelledSet) -> None:
    people = labelled.half("test").records.applicants
    calls = [call for half in labelled.halves for call in half.records.postings]

    assert len(people) >= 60
    assert len(calls) >= 40
    for half in labelled.halves:
        assert {call.program for call in half.records.postings} == {"kyoryokutai", "kigyojin"}
    assert {program for person in people for program in person.programs} == {"kyoryokutai", "kigyojin"}


@pytest.mark.parametrize("half", HALVES)
def test_every_kind_of_rule_that_reads_both_sides_occurs(labelled: LabelledSet, half: str) -> None:
    """``term`` speaks of months served, which no invented person has."""
    kinds = {kind for judged in _half(labelled, half).judgments.values() for kind in judged.excluded_by}

    assert kinds == set(get_args(Kind)) - {"term"}


@pytest.mark.parametrize("half", HALVES)
def test_every_grade_occurs_among_people_who_may_be_read(labelled: LabelledSet, half: str) -> None:
    found = _half(labelled, half)

    assert set(found.grades[~found.excluded].tolist()) == {0, 1, 2, 3}


def test_no_row_says_nothing_and_every_judged_one_says_why(labelled: LabelledSet) -> None:
    for half in labelled.halves:
        for pair, judged in half.judgments.items():
            assert judged.done or judged.wants or judged.excluded_by, pair
            assert judged.why or not (judged.done or judged.wants), pair


def test_everyone_of_another_programme_is_judged_excluded(labelled: LabelledSet) -> None:
    for half in labelled.halves:
        program_of = {call.posting_id: call.program for call in half.records.postings}
        other = {
            (posting_id, person.applicant_id)
            for person in half.records.applicants
            for posting_id, program in program_of.items()
            if program not in (person.programs or ())
        }
        assert other == {pair for pair, judged in half.judgments.items() if "program" in judged.excluded_by}


def test_a_judgment_is_the_median_of_three_opinions_or_the_lower_of_two(labelled: LabelledSet) -> None:
    judged = {pair: (one.done, one.wants) for half in labelled.halves for pair, one in half.judgments.items()}
    with (FOLDER / "opinions.csv").open(encoding="utf-8", newline="") as file:
        said = {
            (row["posting_id"], row["applicant_id"]): [row[name] for name in ("first", "second", "third") if row[name]]
            for row in csv.DictReader(file)
        }

    for pair, opinions in said.items():
        for place, figure in enumerate(judged.get(pair, (0, 0))):
            votes = sorted(int(opinion[place]) for opinion in opinions)
            assert figure == votes[1 if len(votes) == 3 else 0], pair
    assert {pair for pair, figures in judged.items() if any(figures)} <= said.keys()


def test_every_call_has_at_least_four_people_to_put_in_order(labelled: LabelledSet) -> None:
    for half in labelled.halves:
        assert ((half.grades > 0) & ~half.excluded).sum(axis=0).min() >= 4


def test_the_readme_counts_what_the_files_hold(labelled: LabelledSet) -> None:
    rows = re.findall(r"^\| ([^|]+?) \| (\d+) \| (\d+) \|$", (FOLDER / "README.md").read_text(encoding="utf-8"), re.M)
    told = {name: (int(tuning), int(test)) for name, tuning, test in rows}
    tuning, test = (dict(_counts(half)) for half in labelled.halves)

    assert told == {name: (tuning[name], test[name]) for name in tuning}


# the engine


@pytest.mark.slow
@pytest.mark.parametrize("people", GROUPS)
def test_the_engine_orders_the_test_half_as_well_as_before(engine_of: dict[Group, OrderFigures], people: Group) -> None:
    figures = engine_of[people]
    gain, gain_of_a_call, pairwise, pairwise_of_a_call = LEAST[people]

    assert figures.gain >= gain
    assert figures.pairwise >= pairwise
    assert figures.worst_gain.gain >= gain_of_a_call, figures.worst_gain
    assert figures.worst_pairwise.pairwise >= pairwise_of_a_call, figures.worst_pairwise


@pytest.mark.slow
@pytest.mark.parametrize("name", [order.name for order in ORDERS[1:]])
def test_the_engine_keeps_its_lead_over_every_other_order(
    measured: tuple[dict[str, OrderFigures], ExclusionFigures], name: str
) -> None:
    own, other = measured[0]["engine"], measured[0][name]
    gain, pairwise = LEAST_LEAD[name]

    assert own.gain - other.gain >= gain
    assert own.pairwise - other.pairwise >= pairwise


@pytest.mark.slow
def test_every_exclusion_of_the_labels_is_found_with_its_kind_and_no_other(
    measured: tuple[dict[str, OrderFigures], ExclusionFigures],
) -> None:
    found = measured[1]

    assert (found.recall, found.recall_with_kind) == (1.0, 1.0), (found.missed, found.other_kind)
    assert found.wrong == ()


def test_every_exclusion_of_the_tuning_half_is_found_too(labelled: LabelledSet) -> None:
    half = labelled.half("tuning")
    found = exclusions_of(half, read_market(half.records, on=JUDGED_ON))

    assert (found.missed, found.other_kind, found.wrong) == ((), (), ())


def _half(labelled: LabelledSet, name: str) -> LabelledHalf:
    return next(half for half in labelled.halves if half.half == name)


def _counts(half: LabelledHalf) -> Iterator[tuple[str, int]]:
    """What a row of the README's table counts, by its name there."""
    programs = Counter(call.program for call in half.records.postings)
    yield from ((f"calls of {name}", programs[key]) for name, key in _PROGRAMS)
    yield "rows in `judgments.csv`", len(half.judgments)
    yield "pairs excluded", int(half.excluded.sum())
    kinds = Counter(kind for judged in half.judgments.values() for kind in judged.excluded_by)
    yield from ((f"excluded by `{kind}`", count) for kind, count in kinds.items())
    yield "pairs not excluded", int((~half.excluded).sum())
    grades = Counter(half.grades[~half.excluded].tolist())
    yield from ((f"of these grade {grade}", grades[grade]) for grade in (3, 2, 1))
    graded = (half.grades * ~half.excluded > 0).any(axis=0)
    yield "calls with nobody graded", int((~graded).sum())


_PROGRAMS = (("地域おこし協力隊", "kyoryokutai"), ("地域活性化起業人", "kigyojin"))
