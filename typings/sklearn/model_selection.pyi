from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

class GroupKFold:
    def __init__(self, n_splits: int = ...) -> None: ...
    def split(
        self,
        X: ArrayLike,
        y: ArrayLike | None = ...,
        groups: ArrayLike | None = ...,
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]: ...
