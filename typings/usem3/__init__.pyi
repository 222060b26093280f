from collections.abc import Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

class USE:
    def __init__(self, threads: int = ..., denoise: bool = ...) -> None: ...
    @overload
    def encode(self, texts: str) -> NDArray[np.float32]: ...
    @overload
    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]: ...
