from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator

class HistGradientBoostingClassifier(BaseEstimator):
    def __init__(
        self,
        *,
        learning_rate: float = ...,
        max_iter: int = ...,
        max_leaf_nodes: int | None = ...,
        min_samples_leaf: int = ...,
        early_stopping: bool = ...,
        random_state: int | None = ...,
    ) -> None: ...
    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = ...) -> Self: ...
    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]: ...
