"""What can be done with a result afterwards: repair, cutoffs, receipts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.cli import run
from api.market_file import MarketFileError, parse_market, parse_result, solve, verify
from api.market_file.explaining import explain
from api.market_file.limit_prices import limit_prices_of
from api.market_file.receipts import receipt_of, verify_receipt_file
from api.market_file.repairing import repair
from matching.errors import CertificateError
from matching.market import Market
from tests.api.test_market_file import TIED, by_ids, edited
from tests.strategies import markets

Json = dict[str, Any]

CHAIN: Json = {  # a1 holds p1; if a1 leaves, a2 and a3 may each move up one place
    "applicants": {"a1": ["p1"], "a2": ["p1", "p2"], "a3": ["p2", "p3"]},
    "postings": {
        "p1": {"capacity": 1, "preferences": ["a1", "a2"]},
        "p2": {"capacity": 1, "preferences": ["a2", "a3"]},
        "p3": {"capacity": 1, "preferences": ["a3"]},
    },
}


def without(content: Json, applicant: str) -> Json:
    return {
        "applicants": {one: wishes for one, wishes in content["applicants"].items() if one != applicant},
        "postings": {
            posting: record | {"preferences": [one for one in record["preferences"] if one != applicant]}
            for posting, record in content["postings"].items()
        },
    }


def test_after_a_withdrawal_the_stable_repair_and_its_alternatives_are_told_with_their_cost() -> None:
    before = solve(parse_market(CHAIN), mechanism="deferred-acceptance")
    now = parse_market(without(CHAIN, "a1"))
    result = repair(now, parse_result(before))
    assert result["matching"] == {"a2": "p1", "a3": "p2"}
    report = result["report"]
    assert (report["left"], report["new"], report["gone"]) == (["a1"], [], [])
    assert (report["moved"], report["worse_off"]) == (["a2", "a3"], [])
    kept = next(option for option in report["alternatives"] if option["name"] == "keep-everybody")
    assert (kept["n_moved"], kept["blocking_pairs"], kept["matching"]) == (0, 1, {"a2": "p2", "a3": "p3"})
    assert verify(now, result)["holds"]


def test_whose_place_is_closed_is_named_and_not_counted_as_moved() -> None:
    before = solve(parse_market(CHAIN), mechanism="deferred-acceptance")
    content = json.loads(json.dumps(CHAIN))
    del content["postings"]["p1"]
    content["applicants"] = {"a1": [], "a2": ["p2"], "a3": ["p2", "p3"], "a9": ["p3"]}
    content["postings"]["p2"]["capacity"] = 0
    report = repair(parse_market(content), parse_result(before))["report"]
    assert report["gone"] == ["a2"]
    assert report["new"] == ["a9"]
    assert report["moved"] == []


def test_an_optimal_result_is_repaired_to_an_optimal_one() -> None:
    scored = CHAIN | {"scores": {"a1": {"p1": 3}, "a2": {"p1": 2, "p2": 1}, "a3": {"p2": 2, "p3": 1}}}
    before = solve(parse_market(scored), mechanism="optimal-assignment")
    now = without(scored, "a1") | {"scores": {"a2": {"p1": 2, "p2": 1}, "a3": {"p2": 2, "p3": 1}}}
    result = repair(parse_market(now), parse_result(before))
    assert (result["mechanism"], result["report"]["optimal"], result["report"]["objective"]) == (
        "optimal-assignment",
        True,
        4.0,
    )
    assert [option["name"] for option in result["report"]["alternatives"]] == ["keep-everybody", "half-the-moves"]
    assert verify(parse_market(now), result)["holds"]


@settings(max_examples=40, deadline=None)
@given(markets(), st.integers(0, 5), st.sampled_from(["single", "multiple"]), st.data())
def test_every_receipt_of_a_stable_result_holds_and_a_changed_number_shows(
    market: Market, seed: int, lottery: str, data: st.DataObject
) -> None:
    market_file = parse_market(by_ids(market))
    result = parse_result(
        json.loads(json.dumps(solve(market_file, mechanism="deferred-acceptance", seed=seed, lottery=lottery)))
    )
    for applicant in market_file.applicant_ids:
        receipt = json.loads(json.dumps(receipt_of(market_file, result, applicant)))
        assert verify_receipt_file(receipt)["holds"]
        assert set(receipt) == {"applicant", "held", "wishes"}
        if receipt["wishes"]:
            row = data.draw(st.sampled_from(receipt["wishes"]))
            row["open"] = not row["open"]
            with pytest.raises(CertificateError):
                verify_receipt_file(receipt)
    told = explain(market_file, result)
    assert set(told["board"]) == set(market_file.posting_ids)
    assert set(told["unmatched"]) == {a for a, place in (result.matching or {}).items() if place is None}


def test_a_repair_with_fewer_seats_than_holders_leaves_out_the_alternative_that_cannot_be() -> None:
    shrunk: Json = {
        "applicants": {"a1": ["p1"], "a2": ["p1"]},
        "postings": {"p1": {"capacity": 1, "preferences": ["a1", "a2"]}},
        "scores": {"a1": {"p1": 1}, "a2": {"p1": 0}},
    }
    earlier = parse_result({"mechanism": "optimal-assignment", "matching": {"a1": "p1", "a2": "p1"}})
    result = repair(parse_market(shrunk), earlier)
    assert result["matching"] == {"a1": "p1", "a2": None}
    assert [option["name"] for option in result["report"]["alternatives"]] == ["keep-everybody"]


def test_a_repair_refuses_what_it_would_ignore_and_what_it_does_not_know() -> None:
    floored = json.loads(json.dumps(CHAIN))
    floored["postings"]["p2"]["floor"] = 1
    earlier = {"mechanism": "optimal-assignment", "matching": {}}
    with pytest.raises(MarketFileError, match=r"^postings.p2.floor: repair does not take floor and would ignore them$"):
        repair(parse_market(floored), parse_result(earlier))
    with pytest.raises(MarketFileError, match=r"^mechanism zzz is unknown"):
        repair(parse_market(CHAIN), parse_result(earlier | {"mechanism": "zzz"}))


@pytest.mark.parametrize("mechanism", ["welfare-stable", "serial-dictatorship", "optimal-assignment", "jrmp"])
def test_results_that_cutoffs_do_not_explain_get_no_receipt(mechanism: str) -> None:
    market_file = parse_market(TIED)
    result = parse_result(solve(market_file, mechanism=mechanism))
    message = f"cutoffs explain results of deferred-acceptance and all-stable, not those of {mechanism}"
    with pytest.raises(MarketFileError) as error:
        receipt_of(market_file, result, "a1")
    assert str(error.value) == message


def test_the_price_of_a_cap_follows_its_shares_and_counts_no_move_within_a_tie() -> None:
    content: Json = {
        "applicants": {"a3": ["p1", "p3"], "a4": ["p0"], "a5": ["p3"]},
        "postings": {
            "p0": {"capacity": 2, "preferences": ["a4"]},
            "p1": {"capacity": 3, "preferences": ["a3"], "target": 0},
            "p3": {"capacity": 1, "preferences": ["a3", "a5"]},
        },
        "regions": {"r0": {"postings": ["p1", "p0"], "cap": 0}},
    }
    for cap, better in ((0, {"a4"}), (1, {"a3", "a5"})):
        content["regions"]["r0"]["cap"] = cap
        market_file = parse_market(content)
        now = parse_result(solve(market_file, mechanism="flexible-deferred-acceptance"))
        content["regions"]["r0"]["cap"] = cap + 1
        then = solve(parse_market(content), mechanism="flexible-deferred-acceptance")["matching"]
        assert {one for one, place in (now.matching or {}).items() if place != then[one]} == better
        assert limit_prices_of(market_file, now)["caps"]["r0"]["better_off"] == len(better)
    tied: Json = {
        "applicants": {"a": [["p", "q"]], "b": ["p"]},
        "postings": {"p": {"capacity": 2, "preferences": ["b", "a"]}, "q": {"capacity": 1, "preferences": ["a"]}},
        "regions": {"r": {"postings": ["p"], "cap": 1}},
    }
    market_file = parse_market(tied)
    for seed in range(4):
        result = parse_result(solve(market_file, mechanism="flexible-deferred-acceptance", seed=seed))
        prices = limit_prices_of(market_file, result)["caps"]["r"]
        assert (prices["first_choices"], prices["better_off"]) == (0, 0)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("report", {}, "report.lottery is missing, and without it nobody knows the order in a tie"),
        ("report/lottery/applicants", {}, "report.lottery.applicants has not one number for each of 6 ids"),
        ("report/lottery/applicants/a1", True, "report.lottery.applicants has not one number for each of 6 ids"),
        ("report/lottery/kind", "coin", "report.lottery.kind is not one of single, multiple"),
        ("matching", None, "matching is null, expected a result to explain"),
    ],
)
def test_a_result_that_cutoffs_cannot_explain_is_refused(path: str, value: object, message: str) -> None:
    market_file = parse_market(TIED)
    result = edited(path, value, solve(market_file, mechanism="deferred-acceptance"))
    with pytest.raises(MarketFileError) as error:
        explain(market_file, parse_result(result))
    assert str(error.value) == message


def test_a_file_that_is_no_receipt_is_refused_with_the_place() -> None:
    with pytest.raises(MarketFileError, match=r"^applicant is not as in a receipt: Field required$"):
        verify_receipt_file({"held": None, "wishes": []})
    with pytest.raises(CertificateError, match=r"^a1 holds p1, which is not on the list of wishes$"):
        verify_receipt_file({"applicant": "a1", "held": "p1", "wishes": []})
    row = dict.fromkeys(("own_class", "own_number", "last_class", "last_number", "seats_left"), 0)
    row |= {"posting": "p1", "open": True}
    with pytest.raises(MarketFileError, match=r"^wishes names a posting twice$"):
        verify_receipt_file({"applicant": "a1", "held": "p1", "wishes": [row, row]})
    with pytest.raises(MarketFileError, match=r"^wishes.0.own_class is not as in a receipt: Input should be less"):
        verify_receipt_file({"applicant": "a1", "held": "p1", "wishes": [row | {"own_class": 2**63}]})


def test_the_price_of_a_cap_is_what_one_more_seat_would_change() -> None:
    capped = CHAIN | {"regions": {"r": {"cap": 1, "postings": ["p1", "p2"]}, "s": {"cap": 9, "postings": ["p3"]}}}
    market_file = parse_market(capped)
    result = parse_result(solve(market_file, mechanism="flexible-deferred-acceptance"))
    assert result.matching == {"a1": "p1", "a2": None, "a3": "p3"}
    told = limit_prices_of(market_file, result)
    assert told["caps"] == {"r": {"placed": 1, "first_choices": 0, "better_off": 1, "worse_off": 0}}
    assert (told["floors"], told["posting_floors"]) == ({}, {})
    with pytest.raises(
        MarketFileError, match=r"^caps and floors of jrmp have no prices, expected a round with regions$"
    ):
        limit_prices_of(market_file, parse_result(solve(market_file, mechanism="jrmp")))


def test_the_commands_hand_out_repairs_receipts_and_verdicts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = {name: str(tmp_path / f"{name}.json") for name in ("market", "now", "result", "repaired", "receipt")}
    Path(paths["market"]).write_text(json.dumps(CHAIN), encoding="utf-8")
    Path(paths["now"]).write_text(json.dumps(without(CHAIN, "a1")), encoding="utf-8")
    solving = ["solve", paths["market"], "--mechanism", "deferred-acceptance", "-o", paths["result"]]
    assert run(solving) == 0
    assert run(["repair", paths["now"], paths["result"], "-o", paths["repaired"]]) == 0
    assert "keep-everybody" in capsys.readouterr().out
    assert run(["verify", paths["now"], paths["repaired"]]) == 0
    assert run(["explain", paths["market"], paths["result"], "--applicant", "a2", "-o", paths["receipt"]]) == 0
    assert run(["verify-receipt", paths["receipt"]]) == 0
    receipt = json.loads(Path(paths["receipt"]).read_text(encoding="utf-8"))
    receipt["held"] = None
    Path(paths["receipt"]).write_text(json.dumps(receipt), encoding="utf-8")
    capsys.readouterr()
    assert run(["verify-receipt", paths["receipt"], "--json"]) == 1
    assert "the first open posting of the list" in json.loads(capsys.readouterr().out)["reason"]
    assert run(["explain", paths["market"], paths["result"], "--applicant", "zz"]) == 2
    assert capsys.readouterr().err.strip() == "enmusubi: applicant zz is not in the market"
