"""The mechanisms for market files: what each gives, which sections it obeys, which options it takes."""

from __future__ import annotations

from dataclasses import dataclass

from api.market_file.names import shown
from api.market_file.records import MarketFile, MarketFileError
from api.market_file.sections import used_sections
from api.mechanism_names import MECHANISM_NAMES

__all__ = ["CATALOGUE", "Entry", "entry_of", "verify_sections"]


@dataclass(frozen=True)
class Entry:
    """One mechanism.

    Attributes
    ----------
    gives : str
        What is proven of its result, for the reference page.
    sections : tuple of str
        Sections of a market file beyond lists, seats and scores that it obeys; any other is refused.
    options : tuple of str
        Options it takes beyond the seed.
    """

    gives: str
    sections: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


_REGIONAL = ("regions", "target", "floor")
_TYPED = ("reserves", "quotas")

CATALOGUE: dict[str, Entry] = {
    "deferred-acceptance": Entry(
        "stable (no blocking pair on the lists with ties); of the lists after the lottery the proposing side's optimum",
        options=("proposing", "lottery"),
    ),
    "max-cardinality-stable": Entry(
        "stable, and as many placed as any stable matching of the lists with ties: proven by an integer program and "
        "dual prices, or at least two thirds of it at any size (Király)",
        options=("method", "time_limit"),
    ),
    "welfare-stable": Entry(
        "stable; ties of both sides are broken towards the assignment of the largest total score instead of by "
        "lottery. The lottery's result stands beside it, with who gains and who loses",
        options=("guides", "lottery"),
    ),
    "all-stable": Entry(
        "every stable matching of a small market after tie-breaking, and the one chosen of them: best for one side, "
        "smallest sum of ranks (egalitarian), smallest worst rank (minimum-regret) or most even (sex-equal)",
        options=("choose", "lottery"),
    ),
    "reserves": Entry(
        "no applicant and posting block under the posting's choice rule with reserved seats and quotas",
        sections=_TYPED,
        options=("precedence", "lottery"),
    ),
    "flexible-deferred-acceptance": Entry(
        "caps of nested regions hold and the matching is stable in the sense of Kamada and Kojima (2015); with floors "
        "the fewest blocking pairs, said as such",
        sections=_REGIONAL,
        options=("lottery", "time_limit"),
    ),
    "jrmp": Entry(
        "Japan's residency match for comparison: deferred acceptance with every cap split onto its postings beforehand",
        sections=("regions", "target"),
        options=("lottery",),
    ),
    "couples": Entry(
        "no pair and no couple block; where no stable matching is found, the fewest blocking or the fewest extra "
        "seats, said as such",
        sections=("couples",),
        options=("lottery", "fallback", "time_limit"),
    ),
    "optimal-assignment": Entry(
        "the largest total score under seats and floors, then the most people; proven by dual prices",
        sections=("floor",),
    ),
    "constrained-assignment": Entry(
        "the largest total score under regions, floors, quotas, couples and at most so many blocking pairs, with a "
        "bound that anyone can recompute; with `--frontier` the table from stable to optimal",
        sections=("regions", "floor", "quotas", "couples"),
        options=("max_blocking", "frontier", "time_limit"),
    ),
    "serial-dictatorship": Entry(
        "everybody in turn takes the best open place; the order is published, the result is efficient for applicants "
        "on the lists after the lottery, and not stable in general",
        options=("lottery",),
    ),
    "immediate-acceptance": Entry(
        "first choices first (Boston): efficient for the lists handed in, not stable, and worth lying to",
        options=("lottery",),
    ),
    "top-trading-cycles": Entry(
        "applicants trade their priorities: efficient and strategy-proof, not stable in general",
        options=("lottery",),
    ),
    "efficiency-adjusted-deferred-acceptance": Entry(
        "deferred acceptance without the losses that help nobody (Kesten): efficient, nobody worse off than "
        "in deferred acceptance; priorities are given up only where that harms nobody",
        options=("lottery",),
    ),
}


def entry_of(mechanism: str) -> Entry:
    """Return a mechanism's entry.

    Raises
    ------
    MarketFileError
        Naming the known ones.
    """
    if mechanism not in CATALOGUE:
        raise MarketFileError(f"mechanism {shown(mechanism)} is unknown, expected one of {', '.join(MECHANISM_NAMES)}")
    return CATALOGUE[mechanism]


def verify_sections(market_file: MarketFile, mechanism: str) -> None:
    """Refuse a market with something that the mechanism would ignore.

    Raises
    ------
    MarketFileError
        Naming the place.
    """
    taken = entry_of(mechanism).sections
    for section, place in used_sections(market_file):
        if section not in taken:
            raise MarketFileError(f"{place}: {mechanism} does not take {section} and would ignore them")
