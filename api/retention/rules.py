"""How long each class of data is kept: one TOML file, which an office's own file may change class by class."""

from __future__ import annotations

import calendar
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from features.errors import FeatureError
from features.json_files.record_files import explain_error

__all__ = ["ClassName", "RetentionError", "RetentionRule", "retention_rules", "rules_of_file"]

ClassName: TypeAlias = Literal["not_placed", "placed", "pool", "history", "run", "listing", "proof", "sign_in"]
_Words: TypeAlias = Annotated[str, Field(min_length=1, max_length=300)]
_Length: TypeAlias = Annotated[int, Field(ge=0, le=1200)]


class RetentionError(FeatureError):
    """A file of retention rules that cannot be read as one, or a purge that cannot be done as asked."""


class RetentionRule(BaseModel):
    """The rule of one class; exactly one of the three lengths is given."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    label: _Words
    begins: Annotated[Literal["fiscal_year_end", "day"], Field(alias="from")]
    ended: _Words
    source: _Words
    note: _Words | None = None
    years: _Length | None = None
    months: _Length | None = None
    days: _Length | None = None

    @model_validator(mode="after")
    def _one_length(self) -> RetentionRule:
        given = [name for name in ("years", "months", "days") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"the length is given in {', '.join(given) or 'nothing'}, expected years, months or days")
        return self

    def last_day(self, ended: date) -> date:
        """The last day on which what ended on a day is still kept.

        Examples
        --------
        >>> retention_rules()["not_placed"].last_day(date(2026, 11, 26))
        datetime.date(2028, 3, 31)
        >>> retention_rules()["pool"].last_day(date(2027, 2, 28))
        datetime.date(2028, 2, 28)
        """
        begin = _fiscal_year_end(ended) if self.begins == "fiscal_year_end" else ended
        if self.days is not None:
            return begin + timedelta(days=self.days)
        return _months_later(begin, self.months if self.months is not None else 12 * (self.years or 0))

    def words(self) -> str:
        """The rule in words, as a certificate prints it.

        Examples
        --------
        >>> retention_rules()["placed"].words()
        '着任が決まった日の属する年度の末日から5年'
        """
        length = f"{self.years}年" if self.years is not None else f"{self.months}か月" if self.months else None
        begin = "の属する年度の末日から" if self.begins == "fiscal_year_end" else "から"
        return f"{self.ended}{begin}{length or f'{self.days or 0}日'}"


@cache
def retention_rules(path: Path | None = None) -> Mapping[ClassName, RetentionRule]:
    """The rules in force: those that ship with the service, with the classes of an office's file in their place.

    Raises
    ------
    RetentionError
        If a file is no TOML, or a class is unknown or not whole.
    """
    found = dict(rules_of_file(Path(__file__).with_name("rules.toml")))
    return found if path is None else found | dict(rules_of_file(path))


def rules_of_file(path: Path) -> Mapping[ClassName, RetentionRule]:
    """The classes that one file writes.

    Raises
    ------
    RetentionError
        If it is no TOML, or a class is unknown or not whole.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RetentionError(f"{path}: {type(error).__name__}, it cannot be read as retention rules") from None
    rules: dict[ClassName, RetentionRule] = {}
    for name, rule in table.items():
        known = next((one for one in get_args(ClassName) if one == name), None)
        if known is None:
            raise RetentionError(f"{path}: class {name}, expected one of {', '.join(get_args(ClassName))}")
        try:
            rules[known] = RetentionRule.model_validate(rule)
        except ValidationError as error:
            raise RetentionError(f"{path}: {name}: {explain_error(error, RetentionRule)}") from None
    return rules


def _fiscal_year_end(day: date) -> date:
    return date(day.year + (day.month > 3), 3, 31)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
