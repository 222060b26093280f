from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.market_file import (
    MECHANISM_NAMES,
    MarketFile,
    MarketFileError,
    parse_market,
    parse_result,
    read_market,
    read_result,
    solve,
    verify,
)
from api.market_file.arrays import to_matching, to_scored_pairs
from api.market_file.catalogue import CATALOGUE
from api.market_file.checks.verdict import _VERDICTS
from api.market_file.options import Options
from api.market_file.solving.assignments import solve_optimal_assignment
from api.market_file.solving.run import _SOLVERS
from api.market_file.solving.solved import Solved
from matching.errors import OutcomeError
from matching.market import Market
from matching.outcome import Matching
from tests.oracles.enumeration import best_assignment, blocking, is_pareto_dominated
from tests.strategies import markets

Json = dict[str, Any]

FULL: Json = {
    "applicants": {"a1": ["p1", ["p2", "p3"]], "a2": ["p1"]},
    "postings": {
        "p1": {
            "capacity": 2,
            "preferences": ["a1", ["a2", "c1"]],
            "target": 1,
            "floor": 0,
            "reserves": {"senior": 1},
            "quotas": {"senior": 1},
        },
        "p2": {"capacity": 1, "preferences": ["c2"]},
        "p3": {"capacity": 0, "preferences": []},
    },
    "types": {"a1": ["senior"]},
    "couples": [{"members": ["c1", "c2"], "preferences": [["p1", "p2"], ["p3", None], ["p1", "p1"]]}],
    "regions": {
        "r0": {"cap": 10, "postings": ["p1", "p2"]},
        "r1": {"cap": 5, "floor": 2, "postings": ["p1"], "order": ["p1"], "parent": "r0"},
    },
    "scores": {"a1": {"p1": 0.7, "p2": 1}, "c1": {"p1": -2}},
}

TIED: Json = {
    "applicants": {f"a{i}": [["p1", "p2"], "p3"] for i in range(6)},
    "postings": {
        "p1": {"capacity": 1, "preferences": [[f"a{i}" for i in range(6)]]},
        "p2": {"capacity": 2, "preferences": [["a0", "a1", "a2"], ["a5", "a4", "a3"]]},
        "p3": {"capacity": 1, "preferences": ["a5", ["a4", "a3", "a2"], "a0"]},
    },
}


def edited(path: str, value: object, source: Json = FULL) -> Json:
    """A copy of a market with one place replaced; ``path`` is separated by slashes."""
    copy: Json = json.loads(json.dumps(source))
    *parents, last = path.split("/")
    place: Any = copy
    for part in parents:
        place = place[int(part)] if isinstance(place, list) else place[part]
    place[int(last) if isinstance(place, list) else last] = value
    return copy


def by_ids(market: Market) -> Json:
    """A market as a file, with names whose order is that of the indices."""

    def named(prefix: str, row: list[int | list[int]]) -> list[str | list[str]]:
        return [[f"{prefix}{x}" for x in entry] if isinstance(entry, list) else f"{prefix}{entry}" for entry in row]

    return {
        "applicants": {f"a{a}": named("p", row) for a, row in enumerate(market.applicants.to_lists())},
        "postings": {
            f"p{p}": {"capacity": int(market.capacity[p]), "preferences": named("a", row)}
            for p, row in enumerate(market.postings.to_lists())
        },
    }


def test_the_whole_format_is_read_into_frozen_records() -> None:
    market = parse_market(FULL)
    assert market.applicants["a1"] == ("p1", ("p2", "p3"))
    assert market.applicant_ids == ("a1", "a2", "c1", "c2")
    assert market.postings["p1"].reserves == {"senior": 1}
    assert market.couples[0].preferences == (("p1", "p2"), ("p3", None), ("p1", "p1"))
    assert market.regions["r1"].parent == "r0"
    assert market.scores["c1"]["p1"] == -2.0
    with pytest.raises(ValueError, match="frozen"):
        market.types = {}  # type: ignore[misc]


REFUSED = [
    ("applicants/a1/1", "p9", "applicants.a1[1] names posting p9, which is not in postings"),
    ("applicants/a1/1", ["p2", "p9"], "applicants.a1[1] names posting p9, which is not in postings"),
    ("applicants/a1/1", "p1", "applicants.a1[1] repeats posting p1"),
    ("applicants/a1/1", ["p2", "p2"], "applicants.a1[1] repeats posting p2"),
    ("applicants/a1/1", 5, "applicants.a1[1] expected an id or a list of tied ids"),
    ("applicants/a1/1", [], "applicants.a1[1] expected an id or a list of tied ids"),
    ("applicants/a1", "p1", "applicants.a1: expected a list of ids, best first"),
    ("applicants/a1", ["p\n9"], 'applicants.a1[0] names posting "p\\n9", which is not in postings'),
    ("postings/p2/preferences", ["zz"], "postings.p2.preferences[0] names applicant zz, which is not in applicants"),
    ("postings/p2/capacity", -1, "postings.p2.capacity is -1, expected an integer >= 0"),
    ("postings/p2/capacity", True, "postings.p2.capacity is true, expected an integer >= 0"),
    ("postings/p2/capacity", 1.0, "postings.p2.capacity is 1.0, expected an integer >= 0"),
    ("postings/p2/capacity", "1", "postings.p2.capacity is a text, expected an integer >= 0"),
    ("postings/p2/capacity", 2**31, "postings.p2.capacity is 2147483648, expected an integer below 2147483648"),
    ("postings/p2", {"preferences": []}, "postings.p2: key capacity is missing"),
    ("postings/p2", [], "postings.p2 is a list, expected an object"),
    ("postings/p2/floor", 2, "postings.p2.floor is 2, expected at most the capacity 1"),
    (
        "postings/p2/prefrences",
        [],
        "postings.p2: unknown key prefrences, expected one of capacity, preferences, target, floor, reserves, quotas",
    ),
    ("extra", 1, "unknown key extra, expected one of applicants, postings, types, couples, regions, scores"),
    ("postings/p1/reserves/senior", -1, "postings.p1.reserves.senior is -1, expected an integer >= 0"),
    ("types/zz", ["senior"], "types names applicant zz, which is not in applicants"),
    ("types/a1", ["senior", "senior"], "types.a1[1] repeats type senior"),
    ("types/a1", "senior", "types.a1 is a text, expected a list"),
    ("scores/zz", {}, "scores names applicant zz, which is not in applicants"),
    ("scores/a1/p9", 1, "scores.a1 names posting p9, which is not in postings"),
    ("scores/a1/p1", "much", "scores.a1.p1 is a text, expected a finite number"),
    ("scores/a1/p1", True, "scores.a1.p1 is true, expected a finite number"),
    ("scores/a1/p1", 10**400, "scores.a1.p1 is an integer of too many digits, expected a finite number"),
    ("couples/0/members", ["c1"], "couples[0].members has 1 entries, expected 2"),
    ("couples/0/members", ["c1", "c2", "c3"], "couples[0].members is a list, expected a list of two"),
    ("couples/0/members/0", "a1", "couples[0].members[0] is a1, who is also in applicants"),
    ("couples/0/members/1", "c1", "couples[0].members[1] is c1, who is already in a couple"),
    ("couples/0/preferences/0/0", "p9", "couples[0].preferences[0] names posting p9, which is not in postings"),
    ("couples/0/preferences/0", ["p3", None], "couples[0].preferences[1] repeats an earlier choice"),
    ("couples/0/preferences/0", [None, None], "couples[0].preferences[0] places nobody, expected at least one posting"),
    ("couples/0/preferences/0/0", 7, "couples[0].preferences[0][0] is 7, expected a text"),
    ("couples/0/name", "x", "couples[0]: unknown key name, expected one of members, preferences"),
    ("regions/r1/postings", ["p9"], "regions.r1.postings[0] names posting p9, which is not in postings"),
    ("regions/r1/order", ["p2"], "regions.r1.order has 1 postings, expected exactly those of the region"),
    ("regions/r1/parent", "r9", "regions.r1.parent names region r9, which is not in regions"),
    ("regions/r0/parent", "r1", "regions.r0.parent leads back to r0"),
    ("regions/r1/parent", "r1", "regions.r1.parent leads back to r1"),
    ("regions/r1/parent", None, "posting p1 is in regions r0 and r1, neither inside the other"),
    ("regions/r1/floor", 9, "regions.r1.floor is 9, expected at most the cap 5"),
    ("regions/r1/caps", 9, "regions.r1: unknown key caps, expected one of postings, cap, floor, order, parent"),
    ("regions", [], "regions is a list, expected an object"),
]


@pytest.mark.parametrize(("path", "value", "message"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_breaks_the_format_is_refused_in_one_line_that_names_the_place(
    path: str, value: object, message: str
) -> None:
    with pytest.raises(MarketFileError) as error:
        parse_market(edited(path, value))
    assert str(error.value) == message
    assert "\n" not in str(error.value)


BROKEN_TEXT = [
    (b'{"applicants": {}, "applicants": {}}', "key applicants stands 2 times in one object"),
    (b'{"applicants": {"a": [], "a": []}}', "key a stands 2 times in one object"),
    (b'{"scores": {"a": {"p": NaN}}}', "NaN is not a number of JSON"),
    (b'{"scores": -Infinity}', "-Infinity is not a number of JSON"),
    (b'{\n "applicants": }', "line 2 column 16: Expecting value"),
    (b'{"a": "\xff"}', "byte 7 is not UTF-8"),
    (b'{"a": "\\ud800"}', "a text holds half a surrogate pair (\\ud800 to \\udfff), expected whole characters"),
    (b"[" * 100_000, "lists or objects are nested too deeply"),
    (b'{"a": ' + b"9" * 5000 + b"}", "a number has too many digits"),
    (b"[]", "the file holds a list, expected an object"),
    (b"", "line 1 column 1: Expecting value"),
    (b'{"postings": {}}', "key applicants is missing"),
    (
        b'{"applicants": {}, "postings": {}, "scores": {"a": {"p": 1e999}}}',
        "scores.a.p is Infinity, expected a finite number",
    ),
]


@pytest.mark.parametrize(("content", "message"), BROKEN_TEXT, ids=lambda value: str(value)[:30])
def test_a_broken_file_is_refused_in_one_line_that_names_the_file(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "market.json"
    path.write_bytes(content)
    with pytest.raises(MarketFileError) as error:
        read_market(path)
    assert str(error.value) == f"{path}: {message}"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for read in (read_market, read_result):
        with pytest.raises(MarketFileError, match=r"none.json: No such file or directory$"):
            read(tmp_path / "none.json")


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "market.json").write_bytes(b'\xef\xbb\xbf{"applicants": {}, "postings": {}}')
    assert read_market(tmp_path / "market.json").applicant_ids == ()


def test_every_mechanism_that_can_be_named_is_described_judged_and_solved() -> None:
    assert tuple(CATALOGUE) == MECHANISM_NAMES
    assert set(_SOLVERS) == set(_VERDICTS) == set(MECHANISM_NAMES)


WITH_A_LOTTERY = [name for name, entry in CATALOGUE.items() if "lottery" in entry.options]


@settings(max_examples=40, deadline=None)
@given(markets(), st.sampled_from(MECHANISM_NAMES), st.integers(0, 9), st.sampled_from(["single", "multiple"]))
def test_every_result_survives_a_file_and_its_own_verification(
    market: Market, mechanism: str, seed: int, lottery: str
) -> None:
    market_file = parse_market(by_ids(market))
    drawn = {"lottery": lottery} if mechanism in WITH_A_LOTTERY else {}
    result = json.loads(json.dumps(solve(market_file, mechanism=mechanism, seed=seed, **drawn), allow_nan=False))
    verdict = verify(market_file, parse_result(result))
    assert verdict["holds"]
    assert verify(market_file, {"mechanism": mechanism, "matching": result["matching"]})["holds"]
    for shared in ("matched", "feasible", "stable", "blocking_pairs"):
        assert verdict[shared] == result["report"][shared]


@settings(max_examples=60, deadline=None)
@given(markets(largest=3), st.data())
def test_a_verdict_is_right_about_any_matching_whoever_made_it(market: Market, data: st.DataObject) -> None:
    content = by_ids(market)
    options = [[None, *content["postings"]]] * market.n_applicants
    matching = {f"a{a}": data.draw(st.sampled_from(option)) for a, option in enumerate(options)}
    market_file = parse_market(content)
    places = tuple(to_matching(market_file, matching).posting_of.tolist())
    verdict = verify(market_file, {"mechanism": "deferred-acceptance", "matching": matching})
    pairs = sorted([f"a{a}", f"p{p}"] for a, p in blocking(market, places))
    assert sorted(verdict["blocking_pairs"]) == pairs
    assert verdict["holds"] == (verdict["feasible"] and verdict["individually_rational"] and not pairs)
    if verdict["feasible"] and verdict["individually_rational"] and market.is_strict:
        efficient = verify(market_file, {"mechanism": "serial-dictatorship", "matching": matching})["holds"]
        assert efficient == (not is_pareto_dominated(market, places))


@pytest.mark.parametrize(
    ("mechanism", "drawn"),
    [(name, {"lottery": lottery}) for name in WITH_A_LOTTERY for lottery in ("single", "multiple")]
    + [(name, {}) for name in MECHANISM_NAMES if name not in WITH_A_LOTTERY],
)
def test_the_order_of_keys_and_of_tied_names_changes_nothing(mechanism: str, drawn: Json) -> None:
    rng = np.random.default_rng(4)
    reference = solve(parse_market(TIED), mechanism=mechanism, seed=5, **drawn)
    for _ in range(5):
        shuffled: Json = {
            "postings": {key: TIED["postings"][key] for key in rng.permutation(list(TIED["postings"])).tolist()},
            "applicants": {key: TIED["applicants"][key] for key in rng.permutation(list(TIED["applicants"])).tolist()},
        }
        again = solve(parse_market(shuffled), mechanism=mechanism, seed=5, **drawn)
        assert again == reference
    turned = edited("postings/p1/preferences/0", [f"a{i}" for i in (3, 1, 5, 0, 2, 4)], TIED)
    assert solve(parse_market(turned), mechanism=mechanism, seed=5, **drawn)["matching"] == reference["matching"]


def test_another_seed_can_place_other_people_and_both_are_stable() -> None:
    results = [solve(parse_market(TIED), mechanism="deferred-acceptance", seed=seed) for seed in range(8)]
    assert len({json.dumps(result["matching"]) for result in results}) > 1
    assert all(result["report"]["stable"] for result in results)


def test_the_published_lottery_numbers_decide_a_tie() -> None:
    result = solve(parse_market(TIED), mechanism="deferred-acceptance", seed=3)
    numbers = result["report"]["lottery"]["applicants"]
    assert sorted(numbers.values()) == list(range(6))
    holders = [a for a, p in result["matching"].items() if p == "p1"]
    first = result["report"]["lottery"]["postings"]["p1"] < result["report"]["lottery"]["postings"]["p2"]
    assert not first or holders == [min(numbers, key=numbers.__getitem__)]
    multiple = solve(parse_market(TIED), mechanism="deferred-acceptance", seed=3, lottery="multiple")["report"][
        "lottery"
    ]
    assert set(multiple["applicants"]["p3"]) == {"a0", "a2", "a3", "a4", "a5"}
    assert "lottery" not in solve(
        parse_market(edited("applicants", {}, {"postings": {}})), mechanism="serial-dictatorship"
    )


SCORED: Json = {
    "applicants": {"a1": ["p1", "p2"], "a2": ["p1"], "a3": ["p2"]},
    "postings": {
        "p1": {"capacity": 1, "preferences": ["a1", "a2"]},
        "p2": {"capacity": 1, "preferences": ["a1", "a3"]},
    },
    "scores": {"a1": {"p1": 0.5, "p2": 0.75}, "a3": {"p1": 9}},
}


def test_the_largest_total_wins_and_at_equal_totals_the_most_people() -> None:
    market_file = parse_market(SCORED)
    result = solve(market_file, mechanism="optimal-assignment")
    assert result["matching"] == {"a1": "p2", "a2": "p1", "a3": None}  # a2 is worth 0 and placed all the same
    assert result["report"]["objective"] == 0.75
    market = market_file.market
    pairs = to_scored_pairs(market_file)
    scores, acceptable = np.zeros((3, 2)), np.zeros((3, 2), np.bool_)
    scores[pairs.applicants, pairs.postings], acceptable[pairs.applicants, pairs.postings] = pairs.scores, True
    assert best_assignment(scores, acceptable, market.capacity) == (0.75, 2)


def test_optimality_is_judged_with_and_without_prices() -> None:
    market_file = parse_market(SCORED)
    result = solve(market_file, mechanism="optimal-assignment")
    worse = {"a1": "p1", "a2": None, "a3": "p2"}
    for report in ({}, {"certificate": result["report"]["certificate"]}):
        good = verify(
            market_file, {"mechanism": "optimal-assignment", "matching": result["matching"], "report": report}
        )
        bad = verify(market_file, {"mechanism": "optimal-assignment", "matching": worse, "report": report})
        assert (good["holds"], bad["holds"], bad["optimal"]) == (True, False, False)
        assert bad["certificate"]["gap"] == pytest.approx(0.25)
    forged = edited("report/certificate/applicant_prices/a1", 0.0, result)
    verdict = verify(market_file, forged)
    assert (verdict["optimal"], verdict["prices_prove_it"], verdict["holds"]) == (True, False, False)


def test_a_serial_dictatorship_that_passed_somebody_over_does_not_hold() -> None:
    market_file = parse_market(SCORED)
    result = solve(market_file, mechanism="serial-dictatorship", seed=1)
    assert sorted(result["report"]["order"]) == ["a1", "a2", "a3"]
    verdict = verify(market_file, result | {"matching": dict.fromkeys(market_file.applicant_ids)})
    assert not verdict["holds"]
    assert not verdict["order_followed"]
    assert verdict["turns_passed_over"]


def test_provenance_tells_what_decided_the_result() -> None:
    provenance = solve(parse_market(SCORED), mechanism="deferred-acceptance", seed=7)["provenance"]
    assert provenance["options"] == {"proposing": "applicants", "lottery": "single"}
    assert (provenance["mechanism"], provenance["seed"]) == ("deferred-acceptance", 7)
    turned = {key: SCORED[key] for key in reversed(SCORED)}
    assert parse_market(turned).digest == provenance["input_sha256"]
    assert parse_market(edited("scores/a1/p1", 0.25, SCORED)).digest != provenance["input_sha256"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"mechanism": "boston"},
            f"mechanism boston is unknown, expected one of {', '.join(MECHANISM_NAMES)}",
        ),
        (
            {"mechanism": "deferred-acceptance", "proposing": "students"},
            "proposing is 'students', expected one of applicants, postings",
        ),
        (
            {"mechanism": "deferred-acceptance", "lottery": "coin"},
            "lottery is 'coin', expected one of single, multiple",
        ),
        (
            {"mechanism": "serial-dictatorship", "proposing": "postings"},
            "proposing is 'postings', but serial-dictatorship does not take proposing: it takes lottery",
        ),
        ({"mechanism": "deferred-acceptance", "seed": -1}, "seed is -1, expected >= 0"),
        (
            {"mechanism": "optimal-assignment", "lottery": "multiple"},
            "lottery is 'multiple', but optimal-assignment does not take lottery: it takes none",
        ),
        ({"mechanism": "constrained-assignment", "max_blocking": -1}, "max_blocking is -1, expected >= 0"),
        ({"mechanism": "constrained-assignment", "frontier": 1}, "frontier is 1, expected >= 2"),
        (
            {"mechanism": "couples", "time_limit": float("nan")},
            "time_limit is nan, expected a number of seconds above 0",
        ),
        (
            {"mechanism": "all-stable", "choose": "fair"},
            "choose is 'fair', expected one of applicant-optimal, posting-optimal, egalitarian, minimum-regret, "
            "sex-equal",
        ),
    ],
)
def test_an_unknown_option_is_refused_with_the_known_ones(options: dict[str, Any], message: str) -> None:
    with pytest.raises(MarketFileError) as error:
        solve(parse_market(SCORED), **options)
    assert str(error.value) == message


SECTIONS: list[tuple[str, object, str]] = [
    ("couples", [{"members": ["c1", "c2"], "preferences": []}], "couples"),
    ("regions", {"r": {"cap": 1, "postings": ["p1"]}}, "regions"),
    ("postings/p1/reserves", {"t": 1}, "reserves"),
    ("postings/p1/quotas", {"t": 1}, "quotas"),
    ("postings/p1/floor", 1, "floor"),
    ("postings/p1/target", 1, "target"),
]


@pytest.mark.parametrize(
    ("mechanism", "path", "value", "section"),
    [
        (name, path, value, section)
        for name, entry in CATALOGUE.items()
        for path, value, section in SECTIONS
        if section not in entry.sections
    ],
)
def test_nothing_in_a_market_is_ignored_in_silence(mechanism: str, path: str, value: object, section: str) -> None:
    market_file = parse_market(edited(path, value, SCORED))
    result = {"mechanism": mechanism, "matching": dict.fromkeys(market_file.applicant_ids)}
    message = f"{path.replace('/', '.')}: {mechanism} does not take {section} and would ignore them"
    with pytest.raises(MarketFileError) as error:
        solve(market_file, mechanism=mechanism)
    assert str(error.value) == message
    with pytest.raises(MarketFileError) as error:
        verify(market_file, result)
    assert str(error.value) == message


RESULT: Json = {"mechanism": "optimal-assignment", "matching": {"a1": "p2", "a2": "p1", "a3": None}}


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("matching/zz", None, "matching names applicant zz, who is not in the market"),
        ("matching/a1", "p9", "matching.a1 names posting p9, which is not in postings"),
        ("matching", {"a1": "p1", "a2": None}, "matching lacks applicant a3, expected a posting or null"),
        ("matching", None, "matching is null, expected a posting or null for every applicant"),
        ("matching/a1", 4, "matching.a1 is 4, expected a text"),
        ("mechanism", "boston", f"mechanism boston is unknown, expected one of {', '.join(MECHANISM_NAMES)}"),
        ("placements", {}, "unknown key placements, expected one of mechanism, matching, report, provenance, reason"),
        (
            "report",
            {"certificate": {"posting_prices": {"p1": 0}, "applicant_prices": {"a1": 0, "a2": 0, "a3": 0}}},
            "report.certificate.posting_prices has not one price for each of 2 ids",
        ),
        (
            "report",
            {"certificate": {"posting_prices": {"p1": "x", "p2": 0}, "applicant_prices": {"a1": 0, "a2": 0, "a3": 0}}},
            "report.certificate.posting_prices holds a price that is not a finite number",
        ),
    ],
)
def test_a_result_that_does_not_fit_the_market_is_refused(path: str, value: object, message: str) -> None:
    with pytest.raises(MarketFileError) as error:
        verify(parse_market(SCORED), edited(path, value, RESULT))
    assert str(error.value) == message


def test_an_order_that_names_not_everybody_is_refused() -> None:
    result = {
        "mechanism": "serial-dictatorship",
        "matching": RESULT["matching"],
        "report": {"order": ["a1", "a1", "a2"]},
    }
    with pytest.raises(MarketFileError) as error:
        verify(parse_market(SCORED), result)
    assert str(error.value) == "report.order is not each of the 3 applicants exactly once"


def test_a_largest_total_whose_prices_prove_nothing_is_an_error_and_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    def proves_nothing(market_file: MarketFile, options: Options) -> Solved:
        solved = solve_optimal_assignment(market_file, options)
        prices = solved.claims["certificate"] | {"applicant_prices": dict.fromkeys(market_file.applicant_ids, 0.0)}
        return Solved(solved.matching, claims={"certificate": prices})

    monkeypatch.setitem(_SOLVERS, "optimal-assignment", proves_nothing)
    with pytest.raises(OutcomeError, match=r"^optimal-assignment fails its own check: not prices_prove_it$"):
        solve(parse_market(SCORED), mechanism="optimal-assignment")


def test_a_stable_mechanism_that_returns_an_unstable_matching_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = Solved(Matching(np.array([-1, -1, -1]), 2))
    monkeypatch.setitem(_SOLVERS, "deferred-acceptance", lambda *_arguments: empty)
    message = "deferred-acceptance fails its own check: not stable: blocking_pairs ['a1', 'p1'], the first of 4"
    with pytest.raises(OutcomeError) as error:
        solve(parse_market(SCORED), mechanism="deferred-acceptance")
    assert str(error.value) == message


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[2] / "fixtures" / "markets").glob("*.json")))
def test_every_market_of_the_fixtures_fits_the_published_schema_and_a_result_its_own(path: Path) -> None:
    reference = Path(__file__).parents[2] / "docs" / "reference"
    schemas = {
        name: json.loads((reference / f"{name}.schema.json").read_text(encoding="utf-8"))
        for name in ("market", "result")
    }
    content = json.loads(path.read_text(encoding="utf-8"))
    jsonschema_rs.validate(schemas["market"], content)
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validate(schemas["market"], content | {"extra": 1})
    market_file = parse_market(content)
    unmatched = {"mechanism": "jrmp", "matching": dict.fromkeys(market_file.applicant_ids)}
    jsonschema_rs.validate(schemas["result"], unmatched)
