"""Mechanisms that obey more than lists and seats, from a market file to a judged result or a stated "no solution"."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from api.cli import run
from api.market_file import MarketFileError, parse_market, solve, verify
from api.market_file.ids_in_words import in_ids

Json = dict[str, Any]

OVERLAPPING: Json = {  # a0 and a1 bar each other by quotas on two types, and a2 is forgotten
    "applicants": {"a0": ["p1", "p0"], "a1": ["p0"], "a2": ["p0"], "a3": ["p1"]},
    "postings": {
        "p0": {"capacity": 2, "preferences": ["a0", "a1", "a2"], "quotas": {"senior": 1, "local": 1}},
        "p1": {"capacity": 1, "preferences": ["a3", "a0"]},
    },
    "types": {"a0": ["senior"], "a1": ["senior", "local"], "a2": ["local"]},
}


def test_a_promise_that_overlapping_quotas_break_is_a_fall_back_and_says_so() -> None:
    market_file = parse_market(OVERLAPPING)
    result = solve(market_file, mechanism="reserves")
    assert result["matching"] == {"a0": "p0", "a1": None, "a2": None, "a3": "p1"}
    assert result["report"]["stable"] is False
    assert result["reason"] == (
        "quotas on types that overlap leave no guarantee of stability: "
        "not stable: blocking_pairs ['a2', 'p0'], the first of 1"
    )
    assert not verify(market_file, result)["holds"]


RESERVED: Json = {
    "applicants": {"a1": ["p1"], "a2": ["p1"], "a3": ["p1"]},
    "postings": {"p1": {"capacity": 2, "preferences": ["a1", "a2", "a3"], "reserves": {"senior": 1}}},
    "types": {"a1": ["senior"], "a3": ["senior"]},
}


@pytest.mark.parametrize(("precedence", "placed"), [("reserved-first", "a2"), ("open-first", "a3")])
def test_which_seats_are_filled_first_decides_and_is_judged_by_the_same_rule(precedence: str, placed: str) -> None:
    market_file = parse_market(RESERVED)
    result = solve(market_file, mechanism="reserves", precedence=precedence)
    assert {one for one, place in result["matching"].items() if place} == {"a1", placed}
    assert result["provenance"]["options"]["precedence"] == precedence
    assert verify(market_file, result)["holds"]
    other = "open-first" if precedence == "reserved-first" else "reserved-first"
    provenance = {"options": {"precedence": other}}
    forged = {"mechanism": "reserves", "matching": result["matching"], "provenance": provenance}
    assert not verify(market_file, forged)["holds"]


FLOORED: Json = {
    "applicants": {"a1": ["p1", "p2"], "a2": ["p1", "p2"]},
    "postings": {
        "p1": {"capacity": 2, "preferences": ["a1", "a2"]},
        "p2": {"capacity": 2, "preferences": ["a1", "a2"], "floor": 1},
    },
}


def test_a_floor_moves_as_few_as_it_must_and_tells_whom_it_holds_back() -> None:
    market_file = parse_market(FLOORED)
    result = solve(market_file, mechanism="flexible-deferred-acceptance")
    assert result["matching"] == {"a1": "p1", "a2": "p2"}
    assert (result["report"]["held_back_by_floors"], result["report"]["given_up"]) == (1, ["free-moves"])
    assert result["report"]["is_fewest"]
    assert verify(market_file, result)["holds"]
    for mechanism in ("optimal-assignment", "constrained-assignment"):
        scored = FLOORED | {"scores": {"a1": {"p1": 2, "p2": -3}, "a2": {"p1": 1, "p2": -1}}}
        found = solve(parse_market(scored), mechanism=mechanism)
        assert found["matching"] == {"a1": "p1", "a2": "p2"}
        assert found["report"]["objective"] == 1.0
        assert verify(parse_market(scored), found)["holds"]


UNMEETABLE = {
    "flexible-deferred-acceptance": "the floors of regions [north] ask for 3 people, but at most 2 can be "
    "placed there: 2 acceptable applicants",
    "constrained-assignment": "no matching keeps all of: region north with floor 3",
}


@pytest.mark.parametrize("mechanism", sorted(UNMEETABLE))
def test_floors_that_nothing_meets_are_no_solution_with_the_clash_by_id(mechanism: str, tmp_path: Path) -> None:
    content = json.loads(json.dumps(FLOORED))
    del content["postings"]["p2"]["floor"]
    content["regions"] = {"north": {"floor": 3, "postings": ["p1", "p2"]}, "south": {"postings": []}}
    result = solve(parse_market(content), mechanism=mechanism)
    assert (result["matching"], result["reason"]) == (None, UNMEETABLE[mechanism])
    path, out = tmp_path / "market.json", tmp_path / "result.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    assert run(["solve", str(path), "--mechanism", mechanism, "-o", str(out)]) == 1
    assert json.loads(out.read_text(encoding="utf-8"))["matching"] is None


def test_posting_floors_that_clash_are_named_by_id() -> None:
    content: Json = {
        "applicants": {"a1": ["machi", "mura"]},
        "postings": {
            "machi": {"capacity": 1, "preferences": ["a1"], "floor": 1},
            "mura": {"capacity": 1, "preferences": ["a1"], "floor": 1},
        },
    }
    result = solve(parse_market(content), mechanism="optimal-assignment")
    assert result["reason"] == "the floors of postings machi, mura ask for 2 people, but only 1 list any of them"


def test_a_limit_on_blocking_pairs_is_kept_and_a_tampered_bound_shows() -> None:
    market_file = parse_market(
        {
            "applicants": {"a1": ["p1", "p2"], "a2": ["p1"]},
            "postings": {
                "p1": {"capacity": 1, "preferences": ["a1", "a2"]},
                "p2": {"capacity": 1, "preferences": ["a1"]},
            },
            "scores": {"a1": {"p1": 0.5, "p2": 0.5}, "a2": {"p1": 0.5}},
        }
    )
    free = solve(market_file, mechanism="constrained-assignment")
    stable = solve(market_file, mechanism="constrained-assignment", max_blocking=0)
    assert (free["report"]["objective"], len(free["report"]["blocking_pairs"])) == (1.0, 1)
    assert (stable["report"]["objective"], stable["report"]["blocking_pairs"]) == (0.5, [])
    assert verify(market_file, stable)["holds"]
    claimed = stable | {"matching": free["matching"]}
    assert not verify(market_file, claimed)["holds"]
    without = json.loads(json.dumps(stable))
    without["report"]["certificate"]["row_prices"].pop()
    assert verify(market_file, without)["bound_holds"] is False
    frontier = solve(market_file, mechanism="constrained-assignment", frontier=2)["report"]["frontier"]
    assert [(point["blocking_pairs"], point["objective"]) for point in frontier] == [(0, 0.5), (1, 1.0)]


def test_the_largest_stable_matching_comes_with_a_proof_that_can_be_recomputed() -> None:
    market_file = parse_market(
        {
            "applicants": {"a1": [["p1", "p2"]], "a2": ["p1"]},
            "postings": {
                "p1": {"capacity": 1, "preferences": [["a1", "a2"]]},
                "p2": {"capacity": 1, "preferences": ["a1"]},
            },
        }
    )
    result = solve(market_file, mechanism="max-cardinality-stable", method="exact")
    assert result["matching"] == {"a1": "p2", "a2": "p1"}
    assert (result["report"]["bound"], result["report"]["gap"]) == (2, 0)
    quick = solve(market_file, mechanism="max-cardinality-stable", method="approximation")
    assert quick["report"]["proof"] == "ratio"
    assert verify(market_file, result)["holds"]


def test_sentences_about_indices_become_sentences_about_ids() -> None:
    market_file = parse_market(OVERLAPPING | {"regions": {"x": {"postings": ["p0"]}}})
    assert in_ids(market_file, "postings [0, 1] and regions [0]: region 0, posting 1, type 1 and applicant 3") == (
        "postings [p0, p1] and regions [x]: region x, posting p1, type senior and applicant a3"
    )
    assert in_ids(market_file, "posting 77 holds 2") == "posting 77 holds 2"


@pytest.mark.parametrize(
    ("certificate", "message"),
    [
        ({"row_prices": "x"}, "report.certificate.row_prices is not a list of finite numbers"),
        (
            {"row_prices": [], "excluded_in_round": [["a0", "p9", 1]]},
            "report.certificate.excluded_in_round[0] is not an applicant, a posting and a round",
        ),
    ],
)
def test_a_proof_that_does_not_fit_the_market_is_refused(certificate: Json, message: str) -> None:
    market_file = parse_market({"applicants": {"a0": ["p0"]}, "postings": {"p0": {"capacity": 1, "preferences": []}}})
    claimed = {
        "mechanism": "max-cardinality-stable",
        "matching": {"a0": None},
        "report": {"certificate": certificate},
    }
    with pytest.raises(MarketFileError) as error:
        verify(market_file, claimed)
    assert str(error.value) == message


STARTED: Json = {  # the solver once handed its starting solution of six people back as the optimum
    "applicants": {
        "a0": [["p7"]],
        "a11": [["p0", "p3", "p7"]],
        "a12": [["p3"], "p6"],
        "a36": [["p6", "p0"]],
        "a38": ["p0"],
        "a40": ["p3"],
        "a45": ["p3"],
        "a47": ["p0", "p7", "p2"],
    },
    "postings": {
        "p0": {"capacity": 3, "preferences": ["a11", ["a36", "a38", "a47"]]},
        "p2": {"capacity": 8, "preferences": [["a47", "a12"], "a45", "a0", "a11", "a36", "a40"]},
        "p3": {"capacity": 2, "preferences": ["a11", "a40", "a12", "a45", "a0"]},
        "p6": {"capacity": 8, "preferences": ["a40", "a11", "a38", "a12", "a45"]},
        "p7": {"capacity": 1, "preferences": ["a45", "a11", "a36", "a47", "a0", "a38", "a40", "a12"]},
    },
}


def test_the_largest_stable_matching_is_found_where_the_solver_returns_its_start() -> None:
    result = solve(parse_market(STARTED), mechanism="max-cardinality-stable", method="exact")
    assert (result["report"]["matched"], result["report"]["bound"]) == (7, 7)


def test_a_time_limit_that_cuts_in_leaves_a_gap_and_no_error() -> None:
    for limit in (1e-6, 1e-3):
        result = solve(parse_market(STARTED), mechanism="max-cardinality-stable", method="exact", time_limit=limit)
        assert result["report"]["stable"]
        assert result["report"]["gap"] == result["report"]["bound"] - result["report"]["matched"] >= 0


def test_the_fewest_that_block_are_the_fewest() -> None:
    content: Json = {
        "applicants": {},
        "postings": {
            "p0": {"capacity": 2, "preferences": ["c0y", "c1x", "c0x"]},
            "p1": {"capacity": 2, "preferences": ["c0x"]},
            "p2": {"capacity": 1, "preferences": ["c0y", "c1y"]},
        },
        "couples": [
            {"members": ["c0y", "c0x"], "preferences": [["p0", "p0"], ["p2", "p1"], [None, "p0"]]},
            {"members": ["c1y", "c1x"], "preferences": [["p2", "p0"], ["p2", None]]},
        ],
    }
    report = solve(parse_market(content), mechanism="couples")["report"]
    assert len(report["blocking_pairs"]) + len(report["blocking_coalitions"]) == 1


def test_couples_with_ties_are_not_told_that_nothing_is_stable_when_only_the_lottery_was_not() -> None:
    content: Json = {
        "applicants": {"a1": [], "a2": [], "a3": ["p0", "p1"]},
        "postings": {
            "p0": {"capacity": 1, "preferences": [["c0x", "a3"]]},
            "p1": {"capacity": 1, "preferences": ["a3", "c0y"]},
        },
        "couples": [{"members": ["c0y", "c0x"], "preferences": [["p1", "p0"]]}],
    }
    market_file = parse_market(content)
    for seed in range(6):
        result = solve(market_file, mechanism="couples", seed=seed)
        assert "reason" not in result
        assert result["report"]["stable"]
        assert verify(market_file, result)["holds"]


CONTEST: Json = {
    "applicants": {"a": ["p"], "b": ["p"]},
    "postings": {"p": {"capacity": 1, "preferences": ["a", "b"]}},
    "scores": {"a": {"p": 1}, "b": {"p": 5}},
}


@pytest.mark.parametrize(
    ("matching", "report", "word"),
    [
        ({"a": None, "b": None}, {"status": "proven", "objective": 99}, "figures_agree"),
        ({"a": "p", "b": None}, {"certificate": {"row_prices": [0.0]}}, "bound_holds"),
        (
            {"a": "p", "b": None},
            {"status": "proven", "certificate": {"max_blocking": 0, "row_prices": [0.0] * 14}},
            "bound_holds",
        ),
        (
            {"a": None, "b": "p"},
            {"certificate": {"max_blocking": 0, "row_prices": [0.0] * 14}},
            "within_blocking_limit",
        ),
        ({"a": "p", "b": None}, {"certificate": {"max_blocking": 0, "row_prices": [-7.0] * 14}}, "bound_holds"),
    ],
)
def test_a_forged_result_of_a_constrained_assignment_does_not_hold(matching: Json, report: Json, word: str) -> None:
    verdict = verify(
        parse_market(CONTEST), {"mechanism": "constrained-assignment", "matching": matching, "report": report}
    )
    assert verdict[word] is False
    assert not verdict["holds"]
    json.dumps(verdict, allow_nan=False)


def test_without_prices_the_verdict_says_what_it_did_not_check() -> None:
    verdict = verify(parse_market(CONTEST), {"mechanism": "constrained-assignment", "matching": {"a": None, "b": None}})
    assert verdict["holds"]
    assert verdict["not_checked"] == "that no matching within the limits is worth more"


def test_a_placement_that_no_list_allows_is_judged_and_named() -> None:
    content = CONTEST | {"applicants": {"a": ["p"], "b": []}, "scores": {}}
    verdict = verify(parse_market(content), {"mechanism": "constrained-assignment", "matching": {"a": None, "b": "p"}})
    assert verdict["unacceptable_pairs"] == [["b", "p"]]
    assert not verdict["holds"]


def test_a_score_beyond_what_a_program_can_tell_apart_is_refused_by_name() -> None:
    with pytest.raises(MarketFileError) as error:
        solve(parse_market(CONTEST | {"scores": {"a": {"p": 1e300}}}), mechanism="constrained-assignment")
    assert str(error.value) == "scores.a.p is 1e+300, expected at most 1e+12 in size here"


def test_a_floor_of_a_region_is_refused_where_it_would_be_ignored() -> None:
    floored = CONTEST | {"regions": {"s": {"postings": ["p"], "floor": 1}}}
    with pytest.raises(MarketFileError, match=r"^regions.s.floor: jrmp does not take floor and would ignore them$"):
        solve(parse_market(floored), mechanism="jrmp")


def test_a_chain_of_very_many_regions_is_refused_at_once() -> None:
    regions = {f"r{k}": {"postings": ["p"]} | ({"parent": f"r{k - 1}"} if k else {}) for k in range(1100)}
    with pytest.raises(MarketFileError, match=r"^regions.r\d+ has \d+ regions around it, expected fewer than 100$"):
        parse_market(CONTEST | {"regions": regions})


def test_reserves_with_very_many_tied_people_are_judged_as_the_lottery_ordered_them() -> None:
    people = [f"a{k:02d}" for k in range(20)]
    content: Json = {
        "applicants": {one: ["p"] for one in people},
        "postings": {
            "p": {"capacity": 14, "preferences": [people], "reserves": {"x": 2, "y": 3}, "quotas": {"z": 4}},
        },
        "types": {one: [("x", "y", "z")[k % 3]] for k, one in enumerate(people)},
    }
    market_file = parse_market(content)
    result = solve(market_file, mechanism="reserves", precedence="open-first")
    assert result["report"]["stable"]
    assert verify(market_file, result)["holds"]


def test_an_exchange_that_harms_nobody_is_told_where_ties_hide_it() -> None:
    content: Json = {
        "applicants": {"a1": [["p1", "p2"]], "a2": ["p1"]},
        "postings": {
            "p1": {"capacity": 1, "preferences": ["a1", "a2"]},
            "p2": {"capacity": 1, "preferences": ["a1"]},
        },
    }
    verdict = verify(parse_market(content), {"mechanism": "serial-dictatorship", "matching": {"a1": "p1", "a2": None}})
    assert (verdict["efficient"], verdict["efficient_with_ties"]) == (True, False)
    assert verdict["harmless_trade"] == [["a2", "p1"], ["a1", "p2"]]


def test_an_adjusted_result_that_is_worse_for_somebody_than_the_stable_one_does_not_hold() -> None:
    market_file = parse_market(CONTEST | {"scores": {}})
    result = solve(market_file, mechanism="efficiency-adjusted-deferred-acceptance")
    assert result["report"]["improves_on_stable"]
    forged = result | {"matching": {"a": None, "b": "p"}}
    assert verify(market_file, forged)["improves_on_stable"] is False


def scored(scores: Json, **places: Json) -> Json:
    return {
        "applicants": {"a1": ["p1", "p2"], "a2": ["p1"]},
        "postings": {
            "p1": {"capacity": 1, "preferences": ["a1", "a2"]},
            "p2": {"capacity": 1, "preferences": ["a1"]},
        },
        "scores": scores,
    } | places


@pytest.mark.parametrize(
    ("scores", "worse"),
    [
        ({"a1": {"p1": 0.9, "p2": -1e12}, "a2": {"p1": 0.5}}, {"a1": None, "a2": None}),
        ({"a1": {"p1": 0.9, "p2": -1e12}, "a2": {"p1": 0.5}}, {"a1": None, "a2": "p1"}),
        ({"a1": {"p1": 0.9, "p2": 0.9009}, "a2": {"p1": -1e9}}, {"a1": "p1", "a2": None}),
        ({"a1": {"p1": 4e-10}, "a2": {"p1": 9e-10}}, {"a1": None, "a2": None}),
    ],
    ids=["veto", "veto and half", "small difference", "tiny scores"],
)
def test_neither_a_veto_nor_tiny_scores_blind_the_check_of_a_largest_total(scores: Json, worse: Json) -> None:
    market_file = parse_market(scored(scores))
    best = solve(market_file, mechanism="optimal-assignment")
    assert verify(market_file, best)["holds"]
    assert not verify(market_file, {"mechanism": "optimal-assignment", "matching": worse})["optimal"]


def test_a_huge_score_is_taken_and_one_at_a_closed_posting_decides_nothing() -> None:
    market_file = parse_market(scored({"a1": {"p1": 1e300}}))
    assert solve(market_file, mechanism="optimal-assignment")["matching"]["a1"] == "p1"
    content = scored({"a1": {"p1": 1, "p2": 9007199254740993}, "a2": {"p1": 0.5}})
    content["postings"]["p2"]["capacity"] = 0
    assert solve(parse_market(content), mechanism="optimal-assignment")["matching"] == {"a1": "p1", "a2": None}


def test_the_total_counts_the_members_of_couples() -> None:
    content: Json = {
        "applicants": {"a": ["q"]},
        "postings": {
            "p": {"capacity": 2, "preferences": ["x", "y"]},
            "q": {"capacity": 1, "preferences": ["a"]},
        },
        "couples": [{"members": ["x", "y"], "preferences": [["p", "p"]]}],
        "scores": {"a": {"q": 1}, "x": {"p": 2}, "y": {"p": 4}},
    }
    for mechanism in ("couples", "constrained-assignment"):
        result = solve(parse_market(content), mechanism=mechanism)
        assert result["report"]["objective"] == 7.0
        assert verify(parse_market(content), result)["holds"]
        bare = {"mechanism": mechanism, "matching": result["matching"]}
        assert verify(parse_market(content), bare)["objective"] == 7.0


def test_claimed_figures_that_no_double_holds_are_refused_or_differ() -> None:
    market_file = parse_market(CONTEST)
    claim: Json = {"mechanism": "optimal-assignment", "matching": {"a": None, "b": "p"}}
    assert not verify(market_file, claim | {"report": {"objective": 10**400}})["figures_agree"]
    prices = {"applicant_prices": {"a": 10**400, "b": 0}, "posting_prices": {"p": 5}}
    with pytest.raises(
        MarketFileError, match=r"^report.certificate.applicant_prices holds a price that is not a finite"
    ):
        verify(market_file, claim | {"report": {"certificate": prices}})
