"""Pages of a list: an address past its end, as an old link may have, leads to the last page there is."""

from __future__ import annotations

__all__ = ["last_page"]


def last_page(offset: int, *, total: int, limit: int) -> int | None:
    """Where the last page of a list begins, for who asked for one past it; ``None`` where there is such a page.

    Examples
    --------
    >>> last_page(120, total=101, limit=50), last_page(100, total=101, limit=50), last_page(0, total=0, limit=50)
    (100, None, None)
    >>> last_page(50, total=50, limit=50), last_page(50, total=0, limit=50)
    (0, 0)
    """
    if offset < max(total, 1):
        return None
    return max(total - 1, 0) // limit * limit
