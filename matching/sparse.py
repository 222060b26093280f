"""SciPy's sparse matrices and graph searches, imported when the first of them is asked for.

A program or a flow needs them; the many processes that make neither need not hold twenty megabytes and wait a fifth of
a second. Write ``from matching import sparse`` and ``sparse.csr_array``: a name imported from it is asked for then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scipy.sparse import coo_array, csc_array, csr_array, hstack, vstack
    from scipy.sparse.csgraph import breadth_first_order, connected_components, maximum_flow
else:
    from importlib import import_module

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__} has no attribute {name}")
        asked_of = "scipy.sparse.csgraph" if name in _SEARCHES else "scipy.sparse"
        return globals().setdefault(name, getattr(import_module(asked_of), name))


__all__ = [
    "breadth_first_order",
    "connected_components",
    "coo_array",
    "csc_array",
    "csr_array",
    "hstack",
    "maximum_flow",
    "vstack",
]

_SEARCHES = {"breadth_first_order", "connected_components", "maximum_flow"}
