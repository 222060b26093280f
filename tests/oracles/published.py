"""Published examples as markets of indices, in the order in which their files name people and postings."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from matching.market import Market
from matching.preferences import Preferences

_MARKETS = Path(__file__).parents[2] / "fixtures" / "markets"


def published_market(name: str) -> Market:
    """A market file without ties, read with nothing but the JSON module."""
    content = json.loads((_MARKETS / f"{name}.json").read_text(encoding="utf-8"))
    applicant = {applicant_id: index for index, applicant_id in enumerate(content["applicants"])}
    posting = {posting_id: index for index, posting_id in enumerate(content["postings"])}
    wishes = [[posting[wish] for wish in row] for row in content["applicants"].values()]
    priorities = [[applicant[one] for one in row["preferences"]] for row in content["postings"].values()]
    capacity = [row["capacity"] for row in content["postings"].values()]
    return Market(
        Preferences.from_lists(wishes, len(posting)),
        Preferences.from_lists(priorities, len(applicant)),
        np.array(capacity),
    )
