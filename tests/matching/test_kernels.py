from __future__ import annotations

import subprocess
import sys

import numba
import numpy as np
import pytest

from matching.kernels import Kernel

MECHANISMS = ("deferred_acceptance", "linear_assignment", "serial_dictatorship", "ties")


def test_importing_every_mechanism_does_not_import_numba() -> None:
    imports = ", ".join(f"matching.mechanisms.{name}" for name in MECHANISMS)
    code = f"import sys, matching.properties, {imports}; print('numba' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"


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

    def without_cache_folder(*, cache: bool) -> object:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return njit(cache=False)

    monkeypatch.setattr(numba, "njit", without_cache_folder)
    assert Kernel(lambda x: x + 1)(1) == 2
