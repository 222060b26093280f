"""Published examples, solved to the published answers and enumerated besides: printed answers can be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest

from api.market_file import MarketFile, read_market, solve, verify
from matching.mechanisms.exchange.serial_dictatorship import serial_dictatorship
from tests.oracles.enumeration import all_matchings, best_assignment, ranks_of, stable_matchings

MARKETS = Path(__file__).parents[2] / "fixtures" / "markets"


def example(name: str) -> MarketFile:
    return read_market(MARKETS / f"{name}.json")


PUBLISHED = [
    # Gale and Shapley (1962), Examples 1 and 2
    (
        "gale-shapley-1962-example-1",
        3,
        {"alpha": "A", "beta": "B", "gamma": "C"},
        {"alpha": "C", "beta": "A", "gamma": "B"},
    ),
    (
        "gale-shapley-1962-example-2",
        1,
        {"alpha": "C", "beta": "D", "gamma": "A", "delta": "B"},
        {"alpha": "C", "beta": "D", "gamma": "A", "delta": "B"},
    ),
    # Roth and Sotomayor (1990), Examples 2.9 and 2.17 (Knuth)
    (
        "roth-sotomayor-1990-example-2-9",
        4,
        {"m1": "w1", "m2": "w2", "m3": "w3", "m4": "w4", "m5": None},
        {"m1": "w4", "m2": "w1", "m3": "w2", "m4": "w3", "m5": None},
    ),
    (
        "roth-sotomayor-1990-example-2-17",
        10,
        {"m1": "w1", "m2": "w2", "m3": "w3", "m4": "w4"},
        {"m1": "w4", "m2": "w3", "m3": "w2", "m4": "w1"},
    ),
    # Gusfield and Irving (1989), pages 7 and 10; the answers are enumerated
    (
        "gusfield-irving-1989-page-7",
        2,
        {"m1": "w4", "m2": "w3", "m3": "w2", "m4": "w1"},
        {"m1": "w4", "m2": "w1", "m3": "w2", "m4": "w3"},
    ),
    (
        "gusfield-irving-1989-page-10",
        1,
        {"m1": "w4", "m2": "w3", "m3": "w2", "m4": "w1"},
        {"m1": "w4", "m2": "w3", "m3": "w2", "m4": "w1"},
    ),
    # Roth (1985); Roth and Sotomayor (1990), chapter 5
    (
        "roth-1985-colleges",
        1,
        {"s1": "C3", "s2": "C2", "s3": "C1", "s4": "C1"},
        {"s1": "C3", "s2": "C2", "s3": "C1", "s4": "C1"},
    ),
]


@pytest.mark.parametrize(
    ("name", "n_stable", "for_applicants", "for_postings"), PUBLISHED, ids=lambda value: str(value)[:32]
)
def test_deferred_acceptance_gives_the_published_answer(
    name: str, n_stable: int, for_applicants: dict[str, str | None], for_postings: dict[str, str | None]
) -> None:
    market_file = example(name)
    best = solve(market_file, mechanism="deferred-acceptance")
    worst = solve(market_file, mechanism="deferred-acceptance", proposing="postings")
    assert (best["matching"], worst["matching"]) == (for_applicants, for_postings)
    assert verify(market_file, {"mechanism": "deferred-acceptance", "matching": for_applicants})["holds"]
    assert len(stable_matchings(market_file.market)) == n_stable


def test_the_six_pairs_that_gusfield_and_irving_print_block_their_matching() -> None:
    matching = {"m1": "w1", "m2": "w2", "m3": "w4", "m4": "w3"}
    report = verify(example("gusfield-irving-1989-page-7"), {"mechanism": "deferred-acceptance", "matching": matching})
    printed = ["m1 w2", "m1 w4", "m2 w1", "m2 w4", "m3 w2", "m4 w4"]
    assert sorted(" ".join(pair) for pair in report["blocking_pairs"]) == printed


def test_every_college_can_prefer_an_unstable_assignment_to_the_only_stable_one() -> None:
    # Roth (1985): C1 s2 s4, C2 s1, C3 s3 instead of C1 s3 s4, C2 s2, C3 s1
    market = example("roth-1985-colleges").market
    (stable,) = stable_matchings(market)
    preferred = (1, 0, 2, 0)
    assert preferred in set(all_matchings(market)) - {stable}
    for ranks, college in zip(ranks_of(market.postings.to_lists()), range(3), strict=True):
        before = sorted(ranks[s] for s, place in enumerate(stable) if place == college)
        after = sorted(ranks[s] for s, place in enumerate(preferred) if place == college)
        assert after < before
        assert all(new <= old for new, old in zip(after, before, strict=True))


def test_assignment_game_has_the_published_value() -> None:
    market_file = example("shapley-shubik-1971")
    result = solve(market_file, mechanism="optimal-assignment")
    assert result["report"]["objective"] == 16.0
    assert result["matching"] == {"seller1": "buyer2", "seller2": "buyer3", "seller3": "buyer1"}
    assert result["report"]["certificate"]["holds"]
    scores = np.array([[5.0, 8, 2], [7, 9, 6], [2, 3, 0]])
    assert best_assignment(scores, np.ones((3, 3), np.bool_), np.ones(3, np.int64)) == (16.0, 3)


def test_random_serial_dictatorship_has_the_published_probabilities() -> None:
    market = example("bogomolnaia-moulin-2001").market
    counts = np.zeros((4, 4))
    for order in permutations(range(4)):
        counts[np.arange(4), serial_dictatorship(market, order=order).matching.posting_of] += 1
    assert (counts * 12 / 24).tolist() == [[5, 1, 5, 1], [5, 1, 5, 1], [1, 5, 1, 5], [1, 5, 1, 5]]


@pytest.mark.parametrize("name", ["roth-1984-two-couples", "klaus-klijn-2005-no-stable-matching"])
def test_couples_without_a_stable_matching_are_told_so_and_given_the_nearest_thing(name: str) -> None:
    market_file = example(name)
    judged = [
        verify(market_file, {"mechanism": "couples", "matching": matching}) for matching in _placements(market_file)
    ]
    assert not any(verdict["holds"] for verdict in judged)
    result = solve(market_file, mechanism="couples")
    assert (result["report"]["existence"], result["report"]["proof"]) == ("none-exists", "exhaustive")
    assert result["reason"].startswith("no stable matching exists: every combination of the couples' places was tried")
    fewest = min(
        len(verdict["blocking_pairs"]) + len(verdict["blocking_coalitions"])
        for verdict in judged
        if verdict["feasible"] and verdict["individually_rational"]
    )
    found = result["report"]
    assert len(found["blocking_pairs"]) + len(found["blocking_coalitions"]) == fewest
    widened = solve(market_file, mechanism="couples", fallback="extra-seats")
    assert sum(widened["report"]["extra_seats"].values()) == 1


def _placements(market_file: MarketFile) -> Iterator[dict[str, str | None]]:
    """Every way to give everybody one of the postings or none."""
    for places in product([None, *market_file.posting_ids], repeat=len(market_file.applicant_ids)):
        yield dict(zip(market_file.applicant_ids, places, strict=True))
