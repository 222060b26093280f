"""Errors of pages; :mod:`api.pages.error_pages` draws them as it draws every other.

::

    ApiError
    ├── FormError         422  a field of a form is missing or not as asked
    ├── StaleFormError    403  a form without this browser's token: opened long ago, or by another site
    ├── ForeignFormError  403  a form that was drawn while another account was signed in
    └── FormEncodingError 400  a body that is no form

    WordsError (FeatureError)  a page says what a language has no words for
    PseudonymError (FeatureError)  a researcher's page was about to be drawn from records that were not pseudonymised
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from api.http.errors import ApiError
from features.errors import FeatureError

__all__ = [
    "Fault",
    "ForeignFormError",
    "FormEncodingError",
    "FormError",
    "PseudonymError",
    "StaleFormError",
    "WordsError",
]


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field, or with the whole form where ``name`` is empty.

    Attributes
    ----------
    name : str
    keys : sequence of str
        Words to say, the most fitting first; the first that there are is said.
    put_in : mapping
        What stands in the words.
    """

    name: str
    keys: Sequence[str]
    put_in: Mapping[str, object] = field(default_factory=dict[str, object])


class FormError(ApiError):
    """A field of a form is missing or not as asked."""

    status, kind, title = 422, "form", "入力を確かめてください"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} fields are not as asked", faults={f"body.{one.name}": "" for one in faults})
        self.form_faults = tuple(faults)


class StaleFormError(ApiError):
    """A form without this browser's token: opened long ago, or by another site."""

    status, kind, title = 403, "stale-form", "画面が古くなっています"

    def __init__(self) -> None:
        super().__init__("the form does not have this browser's token; open the page again and send it from there")


class ForeignFormError(ApiError):
    """A form that was drawn while another account was signed in: nothing of it is stored for this one."""

    status, kind, title = 403, "foreign-form", "別のアカウントで開いた画面です"

    def __init__(self) -> None:
        super().__init__("the form was drawn for another account; open the page again and send it from there")


class FormEncodingError(ApiError):
    """A body that is no form."""

    status, kind, title = 400, "form-encoding", "送信の形式が違います"

    def __init__(self) -> None:
        super().__init__("expected application/x-www-form-urlencoded in UTF-8 without NUL")


class WordsError(FeatureError):
    """A page says what a language has no words for."""


class PseudonymError(FeatureError):
    """A researcher's page was about to be drawn from records that were not pseudonymised."""
