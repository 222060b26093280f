"""How likely a reader looks at the k-th entry of a list: the examination models of the literature on ranking.

Sources: Y. Su, M. Bayoumi and T. Joachims (2022), Optimizing rankings for recommendation in matching markets, WWW,
doi:10.1145/3485447.3511961, arXiv:2106.01941 (``inv``, ``log``, ``exp``); Y. Tomita and T. Yokoyama (2024), Fair
reciprocal recommendation in matching markets, RecSys, arXiv:2409.00720 (``inv``, ``log2``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias, get_args

import numpy as np

from matching.arrays import Reals
from matching.errors import MechanismError
from matching.ranking.options import require_whole

__all__ = ["ExaminationModel", "examination"]

ExaminationModel: TypeAlias = Literal["inv", "log2", "log", "exp", "first", "uniform", "linear"]

MODELS: dict[ExaminationModel, Callable[[Reals], Reals]] = {
    "inv": lambda k: 1 / k,
    "log2": lambda k: 1 / np.log2(k + 1),
    "log": lambda k: 1 / np.log(k + 1),
    "exp": lambda k: np.exp(1 - k),
    "first": lambda k: (k == 1).astype(np.float64),
    "uniform": np.ones_like,
    "linear": lambda k: np.linspace(1.0, 0.0, k.size),
}


def examination(model: ExaminationModel, n_ranks: int, *, top: int | None = None) -> Reals:
    """Return the weight of every rank of a list, falling from rank 1 on.

    Parameters
    ----------
    model : str
        With k = 1, 2, ...: ``inv`` 1/k; ``log2`` 1/log2(k + 1); ``log`` 1/ln(k + 1), which is 1.44 at the first rank,
        as published: whoever multiplies it with a probability clips the product; ``exp`` exp(1 - k); ``first`` 1 at
        the first rank alone; ``uniform`` 1 everywhere; ``linear`` from 1 at the first rank to 0 at the last.
    n_ranks : int
        Length of a full list.
    top : int, optional
        Ranks that are shown; the weight is 0 beyond them.

    Returns
    -------
    (n_ranks,) float64

    Raises
    ------
    MechanismError
        When no such model exists, or a number is not whole or negative.

    Examples
    --------
    >>> examination("inv", 4)
    array([1.        , 0.5       , 0.33333333, 0.25      ])
    >>> examination("linear", 3, top=2)
    array([1. , 0.5, 0. ])
    """
    if model not in get_args(ExaminationModel):
        raise MechanismError(f"examination model is {model!r}, expected one of {', '.join(get_args(ExaminationModel))}")
    require_whole(n_ranks, "n_ranks")
    if top is not None:
        require_whole(top, "top")
    weights = MODELS[model](np.arange(1, n_ranks + 1, dtype=np.float64))
    weights[n_ranks if top is None else top :] = 0.0
    return weights
