from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator

def check_is_fitted(estimator: BaseEstimator) -> None: ...
def validate_data(
    estimator: BaseEstimator,
    /,
    X: ArrayLike,  # noqa: N803
    *,
    reset: bool = ...,
    dtype: type[np.float64] = ...,
    ensure_min_samples: int = ...,
    ensure_min_features: int = ...,
    accept_sparse: Literal[False] = ...,
) -> NDArray[np.float64]: ...
