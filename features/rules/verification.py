"""Whether the rules of a file fit its kind and the forms they name: ids, states, parameters, words, amounts, tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Formatter

from features.errors import RulesetError
from features.rules.forms.form import Form
from features.rules.ruleset import MUST_HAVE, Rule, Ruleset, RulesetFile
from features.rules.verdicts import is_must_have, is_wish
from features.rules.view import View
from features.tables import applicant_table, posting_table

__all__ = ["COMMON_WORDS", "verify_parameters", "verify_rules"]

COMMON_WORDS = ("origin", "origin_class", "destination", "destination_class", "company", "table_date")
"""Words that every sentence may use."""


def verify_rules(content: RulesetFile, forms: Mapping[str, Form], *, place: str) -> None:
    """Raise :class:`RulesetError` at the first rule that its form cannot interpret.

    Parameters
    ----------
    content : RulesetFile
    forms : mapping of name to Form
    place : str
        Opens every message.
    """
    _verify_unique([(rule.id, rule.label, *rule.subtypes) for rule in content.rule], f"{place}: rule")
    _verify_unique([(amount.id, amount.label, *amount.subtypes) for amount in content.amount], f"{place}: amount")
    for rule in content.rule:
        _verify_id(rule, content, place)
        if rule.form not in forms:
            raise RulesetError(f"{place}: rule {rule.id} has form {rule.form}, expected one of {', '.join(forms)}")
        _verify_rule(rule, forms[rule.form], f"{place}: rule {rule.id}")
        if forms[rule.form].needs_regions and content.region_table is None:
            raise RulesetError(f"{place}: rule {rule.id} needs a region table, expected [region_table]")
        _verify_amount(rule, content, place)


def verify_parameters(ruleset: Ruleset, forms: Mapping[str, Form], *, place: str) -> None:
    """Raise :class:`RulesetError` where a parameter's value is of the wrong kind: every rule is asked about nobody."""
    nobody = View.of(applicant_table([]), posting_table([]), ruleset, on=ruleset.valid_from, appointed=False)
    for rule in ruleset.rule:
        try:
            forms[rule.form].build(rule, nobody, forms[rule.form].states)
        except RulesetError as error:
            raise RulesetError(f"{place}: {error}") from None


def _verify_rule(rule: Rule, form: Form, place: str) -> None:
    _verify_names(rule.outcomes, form.states, f"{place}: outcomes")
    missing = [name for name in form.parameters if name not in rule.parameters]
    if missing:
        raise RulesetError(f"{place} has no parameter {missing[0]}, expected {', '.join(form.parameters)}")
    allowed = (*form.parameters, *form.options)
    unknown = [name for name in rule.parameters if name not in allowed]
    if unknown:
        raise RulesetError(f"{place} has parameter {unknown[0]}, expected one of {', '.join(allowed) or 'none'}")
    for state, outcome in rule.outcomes.items():
        _verify_words(outcome.sentence, (*COMMON_WORDS, *form.placeholders), f"{place}: outcome {state}")


def _verify_id(rule: Rule, content: RulesetFile, place: str) -> None:
    """Refuse ids of another kind of rule: a verdict is told by the id alone, long after the file was read."""
    asked = content.program == MUST_HAVE
    for rule_id in (rule.id, *(outcome.rule_id for outcome in rule.outcomes.values() if outcome.rule_id is not None)):
        if is_wish(rule_id):
            raise RulesetError(f"{place}: rule {rule_id} begins as a wish of an applicant, expected another id")
        if is_must_have(rule_id) != asked:
            expected = "must-… or municipality-decides" if asked else "an id that no must-have has"
            raise RulesetError(f"{place}: rule {rule_id} would be told as another kind of rule, expected {expected}")


def _verify_names(found: Iterable[str], expected: Iterable[str], place: str) -> None:
    given, wanted = set(found), set(expected)
    for name in sorted(wanted - given):
        raise RulesetError(f"{place} lack {name}, expected {', '.join(sorted(wanted))}")
    for name in sorted(given - wanted):
        raise RulesetError(f"{place} have {name}, expected {', '.join(sorted(wanted))}")


def _verify_words(sentence: str, allowed: tuple[str, ...], place: str) -> None:
    try:
        used = [(name, spec, conversion) for _, name, spec, conversion in Formatter().parse(sentence)]
    except ValueError as error:
        raise RulesetError(f"{place}: sentence is no template: {error}") from None
    for name, spec, conversion in used:
        if name is not None and (name not in allowed or spec or conversion):
            raise RulesetError(f"{place}: sentence uses {{{name}}}, expected one of {', '.join(allowed)}")


def _verify_amount(rule: Rule, content: RulesetFile, place: str) -> None:
    name = rule.parameters.get("amount")
    fitting = [amount for amount in content.amount if set(rule.subtypes) <= set(amount.subtypes or rule.subtypes)]
    known = [limit for amount in fitting for limit in amount.limits()]
    if name is not None and name not in known:
        raise RulesetError(f"{place}: rule {rule.id} names amount {name}, expected one of {', '.join(known) or 'none'}")


def _verify_unique(keys: list[tuple[str, ...]], place: str) -> None:
    seen: set[tuple[str, ...]] = set()
    for key in keys:
        if key in seen:
            raise RulesetError(f"{place} {key[0]} occurs twice with the same label and types, expected once")
        seen.add(key)
