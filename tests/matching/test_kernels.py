from __future__ import annotations

import pkgutil
import subprocess
import sys
from collections.abc import Callable

import numba
import numpy as np
import pytest

import matching
from matching.kernels import Kernel

MODULES = [info.name for info in pkgutil.walk_packages(matching.__path__, "matching.")]


def test_importing_the_whole_package_loads_neither_the_compiler_nor_the_solver() -> None:
    code = f"import sys, {', '.join(MODULES)}; print([name in sys.modules for name in ('numba', 'highspy', 'polars')])"
    printed = subprocess.check_output([sys.executable, "-c", code], text=True).strip()
    assert printed == "[False, False, False]"


def test_a_kernel_gives_what_its_function_gives() -> None:
    def total(values: np.ndarray) -> float:
        result = 0.0
        for value in values:
            result += value
        return result

    kernel = Kernel(total)
    assert kernel(np.arange(4.0)) == kernel.function(np.arange(4.0)) == 6.0


def test_a_kernel_still_compiles_where_no_cache_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    njit = numba.njit

    def without_cache_folder(*functions: Callable[..., object], **options: bool) -> object:
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return njit(*functions, **options)  # numba, too, compiles some of its own with the first kernel

    monkeypatch.setattr(numba, "njit", without_cache_folder)
    assert Kernel(lambda x: x + 1)(1) == 2
