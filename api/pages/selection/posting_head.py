"""The head of every page about one posting: what it is, until when, with which seats, and the ways from here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from api.documents.place_title import place_title
from api.pages.selection.addresses import address
from api.pages.shell import Crumb, PageShell
from features.posting_quality.freshness import is_stale
from features.records import Posting

__all__ = ["Head", "head_of", "posting_crumbs"]


@dataclass(frozen=True)
class Head:
    """A posting in one line of a list, or above its candidates.

    Attributes
    ----------
    posting : Posting
    title : str
        Place and title.
    days_left : int or None
        Days until the deadline; negative after it.
    is_open : bool
        People may apply on the day: open, and not past the deadline where it has one.
    is_stale : bool
        The facts are older than thirty days.
    candidates, comparison, weighing, conflict : str
        Addresses.
    """

    posting: Posting
    title: str
    days_left: int | None
    is_open: bool
    is_stale: bool
    candidates: str
    comparison: str
    weighing: str
    conflict: str


def head_of(posting: Posting, *, on: date) -> Head:
    """The head of a posting on a day."""
    an_id = posting.posting_id
    return Head(
        posting=posting,
        title=place_title(posting),
        days_left=None if posting.deadline is None else (posting.deadline - on).days,
        is_open=posting.is_open_on(on),
        is_stale=is_stale(posting, on=on),
        candidates=address("postings", an_id, "candidates"),
        comparison=address("postings", an_id, "comparison"),
        weighing=address("postings", an_id, "weights"),
        conflict=address("conflicts", posting_id=an_id),
    )


def posting_crumbs(shell: PageShell, head: Head, *below: str) -> list[Crumb]:
    """The way to a page of a posting: its candidates, and what lies below them."""
    path = "/postings" if shell.may_open("/postings") else None
    first = [Crumb(shell.words("postings.nav"), path)] if path else []
    if not below:
        return [*first, Crumb(head.title)]
    return [*first, Crumb(head.title, head.candidates), *map(Crumb, below)]
