"""Quotas, reserved seats, and stability under the postings' choice rules, with witnesses by id."""

from __future__ import annotations

from typing import cast

from api.market_file.arrays import pairs_by_ids
from api.market_file.checks.judged import JsonObject, Judged
from api.market_file.ids_in_words import in_ids
from api.market_file.published_lottery import lottery_of
from api.market_file.sections import type_ids
from matching.errors import OutcomeError
from matching.properties import individual_rationality_violations, over_capacity
from matching.properties.reserves import choice_blocking_pairs, reserve_violations
from matching.reserves import Precedence

__all__ = ["choice_stability", "seats_and_quotas"]

_NOTION = "stability under choice with reserved seats and quotas, {} seats filled first, {}"


def seats_and_quotas(judged: Judged) -> JsonObject:
    """Whether seats and quotas hold; reserved seats that somebody of the type was refused are told apart."""
    too_full = over_capacity(judged.market, judged.matching)
    found = reserve_violations(judged.market, judged.reserves, judged.matching)
    postings, types = judged.market_file.posting_ids, type_ids(judged.market_file)
    return {
        "feasible": too_full.size == 0 and len(found.over_quota) == 0,
        "over_capacity": [postings[one] for one in too_full.tolist()],
        "over_quota": [[postings[posting], types[kind]] for posting, kind in found.over_quota.tolist()],
        "refused_reserved_seats": pairs_by_ids(judged.market_file, found.unfilled),
    }


def choice_stability(judged: Judged) -> JsonObject:
    """Whether every placement is on both lists and nobody would be chosen by a posting they prefer."""
    unacceptable = individual_rationality_violations(judged.market, judged.matching)
    precedence = cast(Precedence, judged.options.get("precedence", "reserved-first"))
    order = "ties as submitted"
    try:
        blocking = choice_blocking_pairs(judged.market, judged.reserves, judged.matching, precedence=precedence)
    except OutcomeError as error:  # so many tied holders that no rule of order could be tried out
        if "lottery" not in judged.claims:
            raise OutcomeError(in_ids(judged.market_file, str(error))) from None
        strict, order = lottery_of(judged.market_file, judged.claims).market, "ties as the lottery ordered them"
        blocking = choice_blocking_pairs(strict, judged.reserves, judged.matching, precedence=precedence)
    return {
        "individually_rational": unacceptable.shape[0] == 0,
        "unacceptable_pairs": pairs_by_ids(judged.market_file, unacceptable),
        "unblocked": blocking.shape[0] == 0,
        "notion": _NOTION.format(precedence.removesuffix("-first"), order),
        "blocking_pairs": pairs_by_ids(judged.market_file, blocking),
    }
