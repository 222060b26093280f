"""The record of a round: mechanism, matching, report and provenance, the same bytes for the same inputs."""

from __future__ import annotations

from collections.abc import Sequence

from api.canonical import digest_of
from api.provenance import provenance
from features.rounds.results import RoundResult

__all__ = ["run_record"]


def run_record(
    result: RoundResult,
    *,
    seed: int,
    lottery: str,
    list_length: int | None,
    households: str,
    municipalities: Sequence[str] | None = None,
) -> dict[str, object]:
    """The interchange form of a checked round; ``digest`` covers everything else in it."""
    options: dict[str, object] = {
        "mechanism": result.mechanism,
        "proposing": "applicants",
        "wishes": result.round.wishes,
        "list_length": list_length,
        "lottery": lottery,
        "households": households,
        "objective": "mean of both sides' scores",
    }
    if municipalities is not None:
        options["municipalities"] = list(municipalities)
    body: dict[str, object] = {
        "mechanism": result.mechanism,
        "matching": result.placements,
        "report": result.report(),
        "provenance": provenance(result.round.scored, operation="match", options=options, seed=seed),
    }
    return body | {"digest": digest_of(body)}
