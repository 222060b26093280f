"""What every page has around it, and how a route answers with one: ``shell.page("sign_in.html.j2", form=form)``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, TypeAlias
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.accounts.access import require_permission
from api.accounts.caller import Caller, caller_of
from api.idempotency.route import KeepingRoute
from api.pages.errors import Fault, PseudonymError
from api.pages.languages import language_of
from api.pages.local_paths import here
from api.pages.navigation import NavEntry, may_open, navigation_for
from api.pages.templating import environment
from api.pages.tokens import KEY_FIELD, TOKEN_FIELD, give_form_secret, new_form_key, token_for
from api.pages.words import Words, words_in
from api.settings import Settings

__all__ = ["Crumb", "PageShell", "Shell", "page_router", "redirect", "shell_of"]

_HEADERS: Final = {
    # no inline style and no inline script: what a page says can never become what it does
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    # with no-referrer a browser sends forms with "Origin: null", and one without Fetch Metadata would be refused
    "Referrer-Policy": "same-origin",
    "Vary": "Cookie, Accept-Language",
}
# "back" shows what answered a form again: of what nothing keeps, the browser could only say that it is gone; by Vary it
# is shown to the session it was drawn for and to no other
_ANSWERS_FORM: Final = {"Cache-Control": "private, no-cache"}


@dataclass(frozen=True)
class Crumb:
    """One step of the way to a page; the last, the page itself, has no path."""

    label: str
    path: str | None = None


class PageShell:
    """Everything about a request that the frame of a page shows.

    Parameters
    ----------
    request : Request

    Attributes
    ----------
    words : Words
        ``shell.words("area.key")``; templates call it ``t``.
    caller : Caller or None
    """

    def __init__(self, request: Request, *, manner: str | None = None) -> None:
        settings: Settings = request.app.state.settings
        self._request = request
        words = words_in(language_of(request))
        self.words: Words = words if manner is None else words.spoken(manner)
        self.caller: Caller | None = caller_of(request)
        self.is_local = settings.sign_in == "off"

    @property
    def here(self) -> str:
        """Path and query of the page."""
        return here(self._request)

    @property
    def path(self) -> str:
        """Path of the page."""
        path: str = self._request.scope["path"]
        return path

    @property
    def navigation(self) -> list[NavEntry]:
        """Pages that whoever asks may open."""
        return list(navigation_for(self.caller, is_local=self.is_local))

    @property
    def flash(self) -> str | None:
        """What was just done, from ``?done=…``: only words of the catalogue, whatever the address says."""
        done = f"done.{self._request.query_params.get('done', '')}"
        return self.words(done) if done in self.words.known else None

    def may_open(self, path: str) -> bool:
        """Whether whoever asks may open a page, so that no page leads to a refusal."""
        return may_open(path, self.caller, is_local=self.is_local)

    def form_fields(self) -> list[tuple[str, str]]:
        """Hidden fields of a form that changes something."""
        return [(TOKEN_FIELD, token_for(self._request)), (KEY_FIELD, new_form_key())]

    def fault_words(self, fault: Fault) -> str:
        """A fault in words."""
        return self.words.first_of(*fault.keys, "fault.other", **fault.put_in)

    def page(self, template: str, *, status: int = 200, crumbs: Sequence[Crumb] = (), **content: object) -> Response:
        """Draw a page.

        Parameters
        ----------
        template : str
            Name below ``templates/``; it extends ``layout.html.j2``.
        status : int, default 200
        crumbs : sequence of Crumb, optional
            The way here, without the start page.
        **content : object
            What the template shows.

        Raises
        ------
        PseudonymError
            If a researcher asked and the page was not pseudonymised (:mod:`api.pages.pseudonymous`).
        """
        state = self._request.state
        if getattr(state, "must_be_pseudonymised", False) and not getattr(state, "is_pseudonymised", False):
            raise PseudonymError(f"{template} shows records to a researcher; draw it from pseudonymised() of them")
        drawn = environment().get_template(template)
        text = drawn.render(shell=self, t=self.words, language=self.words.language, crumbs=crumbs, **content)
        headers = _HEADERS | _ANSWERS_FORM if self._request.method == "POST" else _HEADERS
        answer = HTMLResponse(text + "\n", status, headers)
        give_form_secret(self._request, answer)
        return answer


def shell_of(request: Request) -> PageShell:
    """The frame of this request's page."""
    return PageShell(request)


Shell: TypeAlias = Annotated[PageShell, Depends(shell_of)]


def page_router() -> APIRouter:
    """A router of pages: outside the document of the API, with its limits on bodies and its kept answers."""
    return APIRouter(include_in_schema=False, route_class=KeepingRoute, dependencies=[Depends(require_permission)])


def redirect(path: str, *, done: str | None = None) -> RedirectResponse:
    """Send the browser on after a form, so that going back or reloading sends nothing again.

    Parameters
    ----------
    path : str
        Of this service.
    done : str, optional
        ``done.<done>`` is said on the next page.

    Examples
    --------
    >>> redirect("/account", done="password").headers["location"]
    '/account?done=password'
    """
    joint = "&" if "?" in path else "?"
    return RedirectResponse(path if done is None else f"{path}{joint}{urlencode({'done': done})}", 303)
