"""What a form of rule is: the states it can find, the parameters it needs, and the words its sentences may use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from features.errors import RulesetError
from features.rules.ruleset import Rule
from features.rules.state_table import StateTable
from features.rules.view import View

__all__ = ["Build", "Form", "Words", "column", "number", "numbers", "text", "texts", "truth"]

Build: TypeAlias = Callable[[Rule, View, tuple[str, ...]], StateTable]
Words: TypeAlias = Callable[[Rule, View, int, int], Mapping[str, object]]


def _no_words(_rule: Rule, _view: View, _i: int, _j: int) -> Mapping[str, object]:
    return {}


@dataclass(frozen=True, eq=False)
class Form:
    """One form of rule.

    Attributes
    ----------
    states : tuple of str
        Every state the form can find; a rule of this form has an outcome for each.
    build : callable
        ``build(rule, view, states)`` decides the rule for all pairs.
    parameters : tuple of str
        Names a rule of this form must give, unless it is unconfirmed.
    options : tuple of str
        Names it may give.
    words : callable
        ``words(rule, view, i, j)``: words of this form for the sentence of one pair.
    placeholders : tuple of str
        Names of those words.
    needs_regions : bool
        Reads the region table.
    """

    states: tuple[str, ...]
    build: Build
    parameters: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    words: Words = field(default=_no_words)
    placeholders: tuple[str, ...] = ()
    needs_regions: bool = False


def number(rule: Rule, name: str, default: float | None = None) -> float:
    """A number of a rule's parameters; true and false are none."""
    value = rule.parameters.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise RulesetError(f"rule {rule.id}: parameter {name} is not a number")
    return value


def truth(rule: Rule, name: str) -> bool:
    """A yes or no of a rule's parameters."""
    value = rule.parameters.get(name, False)
    if not isinstance(value, bool):
        raise RulesetError(f"rule {rule.id}: parameter {name} is not true or false")
    return value


def texts(rule: Rule, name: str) -> frozenset[str]:
    """A list of texts of a rule's parameters."""
    value = rule.parameters.get(name, ())
    if not isinstance(value, tuple) or not all(isinstance(text, str) for text in value):
        raise RulesetError(f"rule {rule.id}: parameter {name} is not a list of texts")
    return frozenset(text for text in value if isinstance(text, str))


def numbers(rule: Rule, name: str) -> frozenset[int]:
    """A list of whole numbers of a rule's parameters."""
    value = rule.parameters.get(name, ())
    if not isinstance(value, tuple) or not all(isinstance(item, int) for item in value):
        raise RulesetError(f"rule {rule.id}: parameter {name} is not a list of whole numbers")
    return frozenset(item for item in value if isinstance(item, int))


def text(rule: Rule, name: str) -> str:
    """A text of a rule's parameters."""
    value = rule.parameters.get(name)
    if not isinstance(value, str):
        raise RulesetError(f"rule {rule.id}: parameter {name} is not a text")
    return value


def column(rule: Rule, name: str, known: tuple[str, ...]) -> str:
    """A column that a rule's parameters name, one of the ``known``."""
    value = text(rule, name)
    if value not in known:
        raise RulesetError(f"rule {rule.id}: parameter {name} is {value}, expected one of {', '.join(known)}")
    return value
