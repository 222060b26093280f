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


@Kernel
def _double(value: float) -> float:
    return 2 * value


@Kernel
def _sum_of_doubles(values: np.ndarray) -> float:
    total = 0.0
    for value in values:
        total += _double(value)
    return total


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


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")
def test_a_kernel_that_another_calls_is_compiled_for_it_alone_and_for_python_when_python_calls_it() -> None:
    assert _sum_of_doubles(np.arange(4.0)) == 12.0
    assert "compiled" not in vars(_double)
    assert _double(1.5) == 3.0
    assert "linked" not in vars(_sum_of_doubles)


def test_a_kernel_still_compiles_where_no_cache_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    njit = numba.njit

    def without_cache_folder(*functions: Callable[..., object], **options: bool) -> object:
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return njit(*functions, **options)  # numba, too, compiles some of its own with the first kernel

    monkeypatch.setattr(numba, "njit", without_cache_folder)
    assert Kernel(lambda x: x + 1)(1) == 2
