"""What weights of one's own move in an order of reading, beside the documented ones."""

from __future__ import annotations

from rich.console import Console

from features.lists.reordering import Move, reordered
from features.market.change import asked_otherwise
from features.market.scored_market import TERMS, ScoredMarket
from features.weights import default_weights

__all__ = ["print_moves"]


def print_moves(console: Console, market: ScoredMarket, posting_id: str, *, top: int) -> None:
    """Say who of the first ``top`` by either weights stands elsewhere by the documented ones, and by which term."""
    by_hand = asked_otherwise(market, on=market.on, weights=default_weights(), rulesets=market.rulesets)
    moved = [move for move in reordered(by_hand, posting_id, market.weights).moves if move.before != move.after]
    shown = [move for move in moved if min(move.before, move.after) <= top]
    if not shown:
        console.print(f"標準の重みで読むときと、上から{top}人の順は同じです。", markup=False)
        return
    console.print(f"標準の重みで読むときとのちがい（どちらかで{top}番目までの人）", markup=False)
    for move in shown:
        console.print(f"      {_sentence(move)}", markup=False)


def _sentence(move: Move) -> str:
    by = "" if move.term is None else f"（主に「{TERMS[move.term].title}」による）"
    return (
        f"{'↑' if move.after < move.before else '↓'} {move.applicant_id}: {move.before}番目から{move.after}番目へ{by}"
    )
