"""The quality sheet of a call as files and answers carry it, with what decided it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from api.canonical import code_version, digest_of
from features.municipalities import reference_vintage
from features.posting_quality import assess, criteria
from features.records import Posting

__all__ = ["quality_of", "quality_provenance"]


def quality_of(posting: Posting, *, on: date) -> dict[str, object]:
    """The sheet of one call with its provenance."""
    return assess(posting, on=on).to_json() | {"provenance": quality_provenance((posting,), on=on)}


def quality_provenance(postings: Sequence[Posting], *, on: date) -> dict[str, object]:
    """Everything that decided the sheets of ``postings``: no clock, so the same inputs give the same bytes."""
    content = [posting.model_dump(mode="json", exclude_unset=True) for posting in postings]
    return {
        "operation": "quality",
        "on": on.isoformat(),
        "inputs": {"postings": digest_of(content)},
        "criteria": digest_of(criteria().model_dump(mode="json")),
        "reference": reference_vintage(),
        "code_version": code_version(),
    }
