"""The record of a round over lists: figures, proofs and digests; the people stand in the files it names."""

from __future__ import annotations

from collections.abc import Mapping

from api.canonical import code_version, digest_of
from api.engines.list_files import ListFiles
from features.rounds.listed import ListedResult

__all__ = ["listed_record"]

_DECIDED: tuple[str, ...] = ("rulesets", "weights", "reading", "reference")


def listed_record(
    result: ListedResult, lists: ListFiles, *, seed: int, lottery: str, files: Mapping[str, str]
) -> dict[str, object]:
    """The body of ``run.json``; ``digest`` covers everything else in it.

    The same lists and options give the same bytes.

    Parameters
    ----------
    result : ListedResult
    lists : ListFiles
    seed : int
    lottery : str
    files : mapping of str to str
        SHA-256 of the files that hold placements and seats.
    """
    body: dict[str, object] = {
        "mechanism": result.mechanism,
        "report": result.report(),
        "files": dict(files),
        "provenance": {
            "operation": "match",
            "options": {
                "mechanism": result.mechanism,
                "proposing": "applicants",
                "wishes": "lists",
                "list_length": result.round.list_length,
                "lottery": lottery,
                "objective": "mean of both sides' scores",
            },
            "on": lists.on.isoformat(),
            "seed": seed,
            "inputs": {"lists": lists.digest, "code_of_lists": lists.body["code"]},
            **{name: lists.body[name] for name in _DECIDED},
            "code_version": code_version(),
        },
    }
    return body | {"digest": digest_of(body)}
