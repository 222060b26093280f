"""Lists for both sides of a market: who sees whom at which rank, so that interest meets and spreads."""

from __future__ import annotations

from matching.ranking.application_market import examination_by_seats
from matching.ranking.application_matches import apply_accept_matches, apply_accept_pairs
from matching.ranking.application_simulation import simulate_apply_accept
from matching.ranking.apply_accept import ApplicationPolicy, apply_accept_policy, apply_accept_welfare
from matching.ranking.examination import ExaminationModel, examination
from matching.ranking.exposure import even_exposure, exposure_of_orders
from matching.ranking.kept_lists import KeptLists
from matching.ranking.list_market import pair_chances
from matching.ranking.listed_market import listed_market
from matching.ranking.lottery import RankingLottery
from matching.ranking.markets import EmployerTaste, apply_accept_market, both_sides_market
from matching.ranking.metrics import (
    EnvyPairs,
    congestion,
    coverage,
    envy_pairs,
    gini,
    least_served_decile,
    share_with_a_match,
    times_shown,
)
from matching.ranking.nash_welfare import RankingPolicy, annealing, nash_welfare, ranking_policy
from matching.ranking.orders import NOT_LISTED, order_rows
from matching.ranking.pair_scores import scores_of_pairs
from matching.ranking.pairs_market import market_of_pairs
from matching.ranking.score_sides import (
    ApplicantBlock,
    ApplicantSide,
    PairExceptions,
    Postings,
    PostingSide,
    RuleTable,
    ScoreTable,
)
from matching.ranking.simple_orders import assignment_orders, own_orders, product_orders
from matching.ranking.top_k import (
    BlockLists,
    PreparedPostings,
    TopK,
    prepare_postings,
    top_k,
    top_k_by_block,
    top_k_of_block,
)
from matching.ranking.top_lists import NO_SCORE, TopLists, merge_lists
from matching.ranking.transferable_utility import transferable_utility
from matching.ranking.utilities import expected_matches, utilities

__all__ = [
    "NOT_LISTED",
    "NO_SCORE",
    "ApplicantBlock",
    "ApplicantSide",
    "ApplicationPolicy",
    "BlockLists",
    "EmployerTaste",
    "EnvyPairs",
    "ExaminationModel",
    "KeptLists",
    "PairExceptions",
    "PostingSide",
    "Postings",
    "PreparedPostings",
    "RankingLottery",
    "RankingPolicy",
    "RuleTable",
    "ScoreTable",
    "TopK",
    "TopLists",
    "annealing",
    "apply_accept_market",
    "apply_accept_matches",
    "apply_accept_pairs",
    "apply_accept_policy",
    "apply_accept_welfare",
    "assignment_orders",
    "both_sides_market",
    "congestion",
    "coverage",
    "envy_pairs",
    "even_exposure",
    "examination",
    "examination_by_seats",
    "expected_matches",
    "exposure_of_orders",
    "gini",
    "least_served_decile",
    "listed_market",
    "market_of_pairs",
    "merge_lists",
    "nash_welfare",
    "order_rows",
    "own_orders",
    "pair_chances",
    "prepare_postings",
    "product_orders",
    "ranking_policy",
    "scores_of_pairs",
    "share_with_a_match",
    "simulate_apply_accept",
    "times_shown",
    "top_k",
    "top_k_by_block",
    "top_k_of_block",
    "transferable_utility",
    "utilities",
]
