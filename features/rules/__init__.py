"""What the rules of both programmes say of a pair or a market: covered, not covered, or a question to ask.

Rules are dated files (``features/rulesets/<program>/<year>.toml``); Python knows only the closed set of forms they may
take. A whole market is judged as tables of states (applicant state × posting state → verdict), one pair is the market
of one pair.
"""

from __future__ import annotations

from features.rules.catalogue import LIMIT_LABELS, add_ruleset, diff_rulesets, list_rulesets, rule_kinds, show_ruleset
from features.rules.market import MarketVerdicts, judge
from features.rules.pair import eligibility
from features.rules.ruleset import Ruleset
from features.rules.store import load_ruleset, rules_directory, rulesets_on, shipped_rulesets, stored_rulesets
from features.rules.verdicts import (
    VERDICTS,
    Eligibility,
    RuleFinding,
    Verdict,
    is_must_have,
    is_wish,
    verdict_words,
    wording,
)
from features.rules.view import UNJUDGED

__all__ = [
    "LIMIT_LABELS",
    "UNJUDGED",
    "VERDICTS",
    "Eligibility",
    "MarketVerdicts",
    "RuleFinding",
    "Ruleset",
    "Verdict",
    "add_ruleset",
    "diff_rulesets",
    "eligibility",
    "is_must_have",
    "is_wish",
    "judge",
    "list_rulesets",
    "load_ruleset",
    "rule_kinds",
    "rules_directory",
    "rulesets_on",
    "shipped_rulesets",
    "show_ruleset",
    "stored_rulesets",
    "verdict_words",
    "wording",
]
