from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

class _Importances:
    importances_mean: NDArray[np.float64]
    importances_std: NDArray[np.float64]
    importances: NDArray[np.float64]

def permutation_importance(
    estimator: object,
    X: NDArray[np.float64],
    y: NDArray[Any],
    *,
    scoring: Callable[[Any, NDArray[np.float64], NDArray[Any]], float] | None = ...,
    n_repeats: int = ...,
    random_state: int | None = ...,
) -> _Importances: ...
