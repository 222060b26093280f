"""Forms: what was typed, what is wrong with which field, and the record it makes.

A route asks for ``Annotated[SignInForm, Depends(sent_as(SignInForm, drawn=sign_in_page))]`` and gets it valid. Whatever
goes wrong from there on, here or in the function of the API that it calls, draws the same page again with the faults
beside their fields and everything that was typed; see :mod:`api.pages.error_pages`.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, TypeAlias, TypeVar, cast, get_origin
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.responses import Response

from api.pages.errors import Fault, FormEncodingError, FormError
from api.pages.tokens import KEY_FIELD, TOKEN_FIELD, verify_browser, verify_key, verify_owner
from api.pages.typed_values import as_asked, kind_of

__all__ = ["Drawn", "FormModel", "FormState", "again_of", "asked_as", "form_record", "posted_fields", "sent_as"]

_MOST_FIELDS: Final = 2_000
_FORM: Final = "application/x-www-form-urlencoded"


class FormModel(BaseModel):
    """Base of what a form makes: blank fields are left out, unknown ones refused, input never quoted."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


M = TypeVar("M", bound=FormModel)


@dataclass(frozen=True)
class FormState:
    """What a page draws of a form: nothing at first, and what was typed with its faults when it is drawn again.

    Attributes
    ----------
    typed : mapping of str to sequence of str
    faults : sequence of Fault
    names : mapping of str to str
        What the API calls a field → what it is called here, where the two differ.
    """

    typed: Mapping[str, Sequence[str]] = field(default_factory=dict[str, list[str]])
    faults: Sequence[Fault] = ()
    names: Mapping[str, str] = field(default_factory=dict[str, str])

    def first(self, name: str) -> str:
        """The text of a field."""
        return next(iter(self.typed.get(name, ())), "")

    def has(self, name: str, value: str) -> bool:
        """Whether a box or an option was chosen."""
        return value in self.typed.get(name, ())

    def faults_of(self, name: str) -> list[Fault]:
        """Faults of one field; of the whole form for an empty name."""
        return [fault for fault in self.faults if fault.name == name]

    def with_faults(self, faults: Sequence[Fault]) -> FormState:
        """The same text with other faults."""
        return FormState(self.typed, tuple(faults), self.names)


Drawn: TypeAlias = Callable[[Request, FormState, int], Response]  # request, form, status → the page with the form


def sent_as(
    model: type[M], *, drawn: Drawn, names: Mapping[str, str] | None = None
) -> Callable[[Request], Coroutine[Any, Any, M]]:
    """A dependency: the valid record of a form that was posted by this browser's page.

    Parameters
    ----------
    model : type of FormModel
    drawn : callable
        Draws the page again; it may not use a session of the database, which has ended by then.
    names : mapping of str to str, optional
        What the API calls a field → what it is called here, where the two differ.

    Raises
    ------
    FormEncodingError
        If the body is no form.
    StaleFormError
        If it was not this browser's page that sent it.
    ForeignFormError
        If the page was drawn for another account.
    FormError
        If a field is missing or not as asked.
    """

    async def read(request: Request) -> M:
        return form_record(request, model, posted_fields(request, await request.body()), drawn=drawn, names=names)

    return read


def form_record(
    request: Request,
    model: type[M],
    typed: dict[str, list[str]],
    *,
    drawn: Drawn,
    names: Mapping[str, str] | None = None,
) -> M:
    """The valid record of a form's fields, as :func:`sent_as` gives it; ``typed`` loses token and key.

    Raises
    ------
    StaleFormError, ForeignFormError, FormError
        As :func:`sent_as` does.
    """
    (token, *_), (key, *_) = typed.pop(TOKEN_FIELD, [""]), typed.pop(KEY_FIELD, [""])
    _remember(request, FormState(typed, names=names or {}), drawn)
    verify_owner(request, token)
    verify_browser(request, token)
    verify_key(key)
    request.state.form_key = key
    return _record(model, typed)


def asked_as(model: type[M], *, drawn: Drawn) -> Callable[[Request], M | None]:
    """A dependency: the valid record of a form that asks by its address (GET); ``None`` before anything is asked."""

    def read(request: Request) -> M | None:
        known = model.model_fields
        typed: dict[str, list[str]] = {}
        for name, value in request.query_params.multi_items():
            if name in known and "\0" not in value:  # links are passed on with parameters of whoever passed them on
                typed.setdefault(name, []).append(value)
        _remember(request, FormState(typed), drawn)
        return _record(model, typed) if any(value.strip() for values in typed.values() for value in values) else None

    return read


def again_of(request: Request) -> tuple[FormState, Callable[[FormState, int], Response]] | None:
    """The form that a request has sent and what draws it again; ``None`` where it has sent none."""
    state: FormState | None = getattr(request.state, "form_state", None)
    return None if state is None else (state, request.state.form_drawn)


def _remember(request: Request, state: FormState, drawn: Drawn) -> None:
    request.state.form_state, request.state.form_drawn = state, partial(drawn, request)


def posted_fields(request: Request, body: bytes) -> dict[str, list[str]]:
    """Every field of a posted form.

    Raises
    ------
    FormEncodingError
        If the body is no form.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise FormEncodingError
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:  # too many fields, or bytes that are no UTF-8
        raise FormEncodingError from None
    typed: dict[str, list[str]] = {}
    for name, value in pairs:
        if "\0" in value:
            raise FormEncodingError
        typed.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return typed


def _record(model: type[M], typed: Mapping[str, Sequence[str]]) -> M:
    try:
        return model.model_validate(dict(_values(model, typed)))
    except ValidationError as error:
        raise FormError(_faults(error, model)) from None


def _values(model: type[FormModel], typed: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, object]]:
    for name, values in typed.items():
        told = [value for value in values if value.strip()]
        known = model.model_fields.get(name)
        is_many = known is not None and get_origin(known.annotation) in (tuple, list)
        if told:
            yield name, told if is_many else as_asked(told[0], kind_of(model, name))


def _faults(error: ValidationError, model: type[FormModel]) -> list[Fault]:
    told = error.errors(include_url=False, include_input=False)
    return [_fault(cast("Mapping[str, Any]", fault), model) for fault in told]


_KEY_OF: Final[Mapping[str, str]] = {
    "missing": "missing",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "int_parsing": "number",
    "int_from_float": "number",
    "float_parsing": "number",
    "greater_than_equal": "too_small",
    "greater_than": "over",
    "less_than_equal": "too_large",
    "less_than": "under",
    "date_from_datetime_parsing": "date",
    "date_parsing": "date",
    "literal_error": "choice",
    "string_pattern_mismatch": "pattern",
}
_PUT_IN: Final[Mapping[str, str]] = {
    "min_length": "least",
    "max_length": "most",
    "ge": "least",
    "gt": "least",
    "le": "most",
    "lt": "most",
}


def _fault(fault: Mapping[str, Any], model: type[FormModel]) -> Fault:
    name = next((str(part) for part in fault["loc"]), "")
    unknown = "date" if kind_of(model, name) == "day" else "other"
    key = _KEY_OF.get(fault["type"], unknown)
    context: Mapping[str, object] = fault.get("ctx", {})
    put_in = {_PUT_IN[known]: _plain(value) for known, value in context.items() if known in _PUT_IN}
    return Fault(name, (f"fault.{name}.{key}", f"fault.{key}"), put_in)


def _plain(limit: object) -> object:
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit
