"""A season of the twin: decided by the past alone, blind to the invented attribute, and told on one page."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from features.evaluation.errors import EvaluationError
from features.evaluation.happened import Happened
from features.evaluation.judged_season import JudgedSeason
from features.evaluation.record_swaps import record_swap_test, scores_of_list
from features.evaluation.report import evaluation_page
from features.evaluation.season_evaluation import SeasonEvaluation, evaluate_season
from features.evaluation.swaps import SwapTest
from features.evaluation.twin_season import TrueValue, judged_twin, true_value, twin_seasons
from features.json_files.record_files import load_records
from features.records import Applicant, Records
from features.staying.errors import StayingError
from features.staying.stay_model import StayModel
from features.synthetic.year_draws import PlacedYear

ROOT = Path(__file__).resolve().parents[3]
SMALL = [ROOT / "fixtures/small/applicants.json", ROOT / "fixtures/small/postings.json"]
ON = date(2026, 11, 25)


@pytest.fixture(scope="module")
def years() -> tuple[PlacedYear, ...]:
    return twin_seasons(seed=7, n_past=2, n_people=120, n_postings=6)


@pytest.fixture(scope="module")
def judged(years: tuple[PlacedYear, ...]) -> JudgedSeason:
    return judged_twin(years, rng=np.random.default_rng(0))


@pytest.fixture(scope="module")
def found(judged: JudgedSeason) -> SeasonEvaluation:
    return evaluate_season(judged, rng=np.random.default_rng(0), swaps=SwapTest(50, 3, 0, 0.0), n_draws=200)


@pytest.fixture(scope="module")
def truth(years: tuple[PlacedYear, ...], judged: JudgedSeason) -> TrueValue:
    return true_value(years[-1], judged)


@pytest.fixture(scope="module")
def page(found: SeasonEvaluation, truth: TrueValue) -> str:
    return _page(found, truth)


def _page(found: SeasonEvaluation, truth: TrueValue | None) -> str:
    return evaluation_page(found, source="<b>架空</b>の一年", provenance={"seed": "7"}, truth=truth)


def test_the_outcomes_of_the_season_decide_nothing(years: tuple[PlacedYear, ...], judged: JudgedSeason) -> None:
    season = years[-1]
    everybody_left = replace(season, left_in=np.where(season.assigned >= 0, 1, -1))
    again = judged_twin((*years[:-1], everybody_left), rng=np.random.default_rng(0))

    assert (again.posting_of == judged.posting_of).all()
    assert (again.claims == judged.claims).all()
    assert not (again.predicted == judged.predicted).all()


def test_the_invented_attribute_moves_no_chance_and_no_place(
    years: tuple[PlacedYear, ...], judged: JudgedSeason
) -> None:
    swapped = tuple(replace(year, group=1 - year.group) for year in years)
    again = judged_twin(swapped, rng=np.random.default_rng(0))

    for name in ("claims", "predicted", "posting_of"):
        assert getattr(again, name).tobytes() == getattr(judged, name).tobytes()


def test_what_the_twin_calls_true_is_the_mean_of_its_chances(
    years: tuple[PlacedYear, ...], judged: JudgedSeason, truth: TrueValue
) -> None:
    season = years[-1]
    was, new = (
        np.array([season.true_stay[row, at] if at >= 0 else 0.0 for row, at in enumerate(posting_of)])
        for posting_of in (season.assigned, judged.posting_of)
    )

    assert truth.gain_of_all == pytest.approx((new - was).mean())
    assert truth.harmed == pytest.approx((new < was).mean())


def test_every_figure_of_the_evaluation_is_told_and_is_a_number(found: SeasonEvaluation, judged: JudgedSeason) -> None:
    told = found.to_json()

    def numbers(value: object) -> list[float]:
        if isinstance(value, dict):
            return [one for inner in value.values() for one in numbers(inner)]
        if isinstance(value, list | tuple):
            return [one for inner in value for one in numbers(inner)]
        return [float(value)] if isinstance(value, int | float) else []

    assert np.isfinite(numbers(told)).all()
    assert {line.name for line in found.value.others} == {"greedy", "random"}
    assert found.weakest is not None
    assert set(found.weakest.expected) == {"engine", "greedy", "random", "status_quo"}
    assert found.parity is not None
    assert sum(group.n for group in found.parity.groups) + found.parity.left_out == 120
    assert sum(point.n for point in found.points) == judged.happened.is_placed.sum()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"posting_of": np.zeros(120, np.int64)}, "expected one of those allowed|expected at most"),
        ({"posting_of": np.full(120, 6)}, "person 0 is assigned to posting 6, expected one of those allowed"),
        ({"capacity": np.zeros(6, np.int64)}, "people, expected at most 0"),
        ({"group": np.zeros(3, np.int64)}, r"group has shape \(3,\), expected \(120,\)"),
        ({"claims": np.full((120, 6), 2.0)}, "claims of person 0, posting 0 is 2.0, expected 0 to 1"),
    ],
)
def test_an_assignment_that_breaks_seats_or_rules_is_not_judged(
    judged: JudgedSeason, change: dict[str, np.ndarray], message: str
) -> None:
    with pytest.raises(EvaluationError, match=message):
        replace(judged, **change)


def test_whoever_comes_first_takes_the_best_seat_in_the_order_of_arrival_not_of_the_rows(judged: JudgedSeason) -> None:
    last_first = np.arange(120)[::-1].copy()
    turned = {name: getattr(judged, name)[::-1].copy() for name in ("posting_of", "claims", "predicted", "is_allowed")}
    parts = (getattr(judged.happened, name)[::-1] for name in ("posting_of", "stayed", "chance", "cluster"))
    same = replace(judged, **turned, happened=Happened(*parts), arrival=last_first, group=None)

    def first_come(season: JudgedSeason) -> float:
        value = evaluate_season(replace(season, group=None), rng=np.random.default_rng(0), n_draws=20).value
        return {line.name: line.claimed for line in value.others}["greedy"]

    assert first_come(same) == pytest.approx(first_come(judged), abs=1e-12)
    assert first_come(replace(judged, arrival=last_first)) != pytest.approx(first_come(judged), abs=1e-6)


def test_without_arrivals_nothing_is_said_of_first_come_and_no_order_is_taken_from_the_rows(
    judged: JudgedSeason,
) -> None:
    plain = evaluate_season(replace(judged, arrival=None, group=None), rng=np.random.default_rng(0), n_draws=50)

    assert [line.name for line in plain.value.others] == ["random"]
    assert "先着順" not in _page(plain, None)
    with pytest.raises(EvaluationError, match="arrival is no order of 120 people"):
        replace(judged, arrival=np.zeros(120, np.int64))


def _few(judged: JudgedSeason, n: int) -> JudgedSeason:
    """Some of the people who were placed, and nobody else."""
    rows = np.flatnonzero(judged.happened.is_placed)[:n]
    here = judged.happened
    stayed = (np.arange(n) % 3 > 0).astype(np.float64)
    return JudgedSeason(
        posting_of=here.posting_of[rows],
        happened=Happened(here.posting_of[rows], stayed, here.chance[rows], np.arange(n)),
        claims=judged.claims[rows],
        predicted=judged.predicted[rows],
        capacity=judged.capacity,
        is_allowed=np.ones((n, judged.capacity.size), np.bool_),
    )


def test_of_few_people_nothing_is_told_that_would_be_of_one_person(judged: JudgedSeason) -> None:
    n_placed = int(judged.happened.is_placed.sum())
    small, more = (evaluate_season(_few(judged, n), rng=np.random.default_rng(0), n_draws=50) for n in (9, n_placed))
    told, page = small.to_json(), _page(small, None)

    assert (small.points, small.weakest, told["weakest_tenth"], told["calibration_points"]) == ((), None, None, [])
    assert "10 人に満たないので示しません" in page
    assert "5 人に満たないので示しません" in page
    assert min(point.n for point in more.points) >= 10
    assert sum(point.n for point in more.points) == n_placed


def test_no_row_of_a_person_is_in_the_json(found: SeasonEvaluation) -> None:
    told = found.to_json()

    assert set(told["weakest_tenth"]) == {"n", "expected"}  # type: ignore[call-overload]
    assert set(told["harm"]) == {"rate", "notable", "mean_loss"}  # type: ignore[call-overload]


# what the engine reads


def test_nothing_that_decides_imports_the_evaluation_or_knows_its_attribute() -> None:
    deciding = [*(ROOT / "matching").rglob("*.py"), *(ROOT / "features").rglob("*.py")]
    for path in deciding:
        text = path.read_text(encoding="utf-8")
        if "evaluation" in path.relative_to(ROOT).parts or "evaluation" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not any(name.startswith("features.evaluation") for name in names), path


@pytest.mark.parametrize("name", ["group", "sex", "age", "family", "性別"])
def test_no_model_takes_the_attribute_as_a_column_and_no_record_has_it(name: str) -> None:
    with pytest.raises(StayingError, match=f"{name} is no term"):
        StayModel(terms=["place_link", name]).fit(np.zeros((2, 2)), [0, 1], seen_months=[12, 12])
    assert name not in Applicant.model_fields
    assert name not in Applicant.model_fields["selection_profile"].annotation.model_fields  # type: ignore[union-attr]


def test_another_sex_on_the_list_moves_no_bit_of_any_score_but_another_wish_does() -> None:
    records = load_records(SMALL)
    some = Records(applicants=records.applicants[:4], postings=records.postings[:2])

    found = record_swap_test(some, on=ON)

    assert (found.n_scores, found.n_swaps, found.changed) == (8, 3, 0)
    wishes = [scores_of_list(some, "希望活動分野", [told] * 4, on=ON) for told in ("農林水産業", "教育")]
    assert (wishes[0] != wishes[1]).any()  # a column that is read does move scores: the way can tell


# the page


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag == name]


def _parsed(page: str) -> _Tags:
    parser = _Tags()
    parser.feed(page)
    return parser


def test_the_page_has_every_part_with_a_heading_in_both_languages(page: str) -> None:
    headings = re.findall(r"<h2>(.+?)<span>(.+?)</span></h2>", page)

    assert [english for _, english in headings] == [
        "Decision value",
        "Overlap",
        "Harm",
        "Ranking and calibration",
        "Fairness",
        "What this page does not say",
    ]
    assert page.count("<figure") == page.count("<figcaption>") == page.count("<svg") == 4


def test_the_page_fetches_nothing_and_runs_nothing(page: str) -> None:
    parsed = _parsed(page)

    assert not {tag for tag, _ in parsed.tags} & {"script", "link", "img", "iframe", "object"}
    addresses = set(re.findall(r"https?://[^\s\"'<]+", page))
    assert addresses == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}  # names of formats
    assert not [attrs for _, attrs in parsed.tags if any(name.startswith("on") for name in attrs)]


def test_ids_of_the_figures_are_unique_and_their_references_lead_somewhere(page: str) -> None:
    ids = [attrs["id"] for _, attrs in _parsed(page).tags if "id" in attrs]

    assert len(ids) == len(set(ids))
    assert set(re.findall(r'xlink:href="#([^"]+)"|url\(#([^)]+)\)', page)) <= {(one, "") for one in ids} | {
        ("", one) for one in ids
    }


def test_the_page_tells_the_estimate_the_claim_and_the_truth(
    page: str, found: SeasonEvaluation, truth: TrueValue
) -> None:
    for value in (found.value.judged.gain.estimate, found.value.judged.claimed_gain, truth.gain):
        assert f"{100 * value:+.1f}".replace("-", "−") in page
    assert "変わった点は <strong>0</strong> 個" in page


def test_words_from_outside_are_escaped_and_the_same_evaluation_gives_the_same_bytes(
    page: str, found: SeasonEvaluation, truth: TrueValue
) -> None:
    assert "&lt;b&gt;架空" in page
    assert "<b>" not in page
    assert page == _page(found, truth)


def test_a_page_without_truth_attribute_or_swaps_says_so_and_one_without_support_gives_no_answer(
    judged: JudgedSeason, found: SeasonEvaluation
) -> None:
    plain = evaluate_season(replace(judged, group=None), rng=np.random.default_rng(0), n_draws=100)
    told = _page(plain, None)

    assert "組の比較はしていません" in told
    assert "本当の答え" not in told
    thin = replace(found.value, judged_overlap=replace(found.value.judged_overlap, effective=3.0))
    silent = _page(replace(found, value=thin), None)
    assert "過去の記録からは答えられません" in silent
    assert "増えると言えます" not in silent
