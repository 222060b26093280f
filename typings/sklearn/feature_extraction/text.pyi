from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

class TfidfVectorizer:
    idf_: NDArray[np.float64]
    def __init__(
        self,
        *,
        analyzer: Callable[[tuple[str, ...]], Sequence[str]],
        vocabulary: Mapping[str, int] | None = ...,
        binary: bool = ...,
        norm: Literal["l1", "l2"] | None = ...,
        dtype: type[np.float32] | type[np.float64] = ...,
    ) -> None: ...
    def fit(self, raw_documents: Sequence[tuple[str, ...]]) -> TfidfVectorizer: ...
    def transform(self, raw_documents: Sequence[tuple[str, ...]]) -> csr_matrix: ...
