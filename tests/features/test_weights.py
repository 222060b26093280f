"""Weights: defaults, files that change some, sliders, and what is refused."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.errors import WeightError
from features.terms import ALL_TERMS
from features.weights import Weights, applicant_weights, default_weights, load_weights

THEME = {term.name: term.theme for term in ALL_TERMS}


def _load(folder: Path, text: str) -> Weights:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return load_weights(path)


def test_default_weights_sum_to_1_and_weigh_every_term_its_side_may_use() -> None:
    weights = default_weights()

    for audience, table in (("coordinator", weights.coordinator), ("applicant", weights.applicant)):
        assert sum(table.values()) == pytest.approx(1)
        assert list(table) == [term.name for term in ALL_TERMS if audience in term.audiences]
        assert all(weight > 0 for weight in table.values())


def test_place_weighs_as_much_as_people_who_choose_by_place() -> None:
    place = sum(weight for name, weight in default_weights().applicant.items() if THEME[name] == "place")

    assert place == pytest.approx(0.6)


def test_every_default_weight_says_why() -> None:
    lines = files("features").joinpath("weight_files/default.toml").read_text(encoding="utf-8").splitlines()
    weighed = [number for number, line in enumerate(lines) if re.match(r"[a-z_]+ = [0-9]", line)]

    assert len(weighed) == len(default_weights().coordinator) + len(default_weights().applicant)
    assert all(lines[number - 1].startswith("# ") for number in weighed)


def test_a_file_changes_only_what_it_names(tmp_path: Path) -> None:
    default = default_weights()
    moved = default.coordinator["availability"] + default.coordinator["place_link"]
    changed = _load(tmp_path, f'name = "町の重み"\n[coordinator]\nplace_link = 0\navailability = {moved}\n')

    assert changed.name == "町の重み"
    assert changed.coordinator == pytest.approx(default.coordinator | {"place_link": 0, "availability": moved})
    assert changed.applicant == default.applicant
    assert changed.digest != default.digest


def test_the_digest_is_that_of_the_proportions(tmp_path: Path) -> None:
    default = tomllib.loads(files("features").joinpath("weight_files/default.toml").read_text(encoding="utf-8"))
    doubled = "\n".join(
        f"[{side}]\n" + "\n".join(f"{name} = {2 * weight}" for name, weight in default[side].items())
        for side in ("coordinator", "applicant")
    )
    renamed = _load(tmp_path, 'name = "same"')

    assert _load(tmp_path, doubled).digest == renamed.digest == default_weights().digest
    assert len(renamed.digest) == 64


def test_a_file_without_a_name_is_called_like_the_file(tmp_path: Path) -> None:
    assert _load(tmp_path, "").name == "mine"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[coordinator]\nage = 1", r"mine.toml \[coordinator\] has no term age; known terms .*place_link"),
        ("[coordinator]\nsnow = 1", r"may not use the term snow; known terms of coordinator: work_done, work_wanted"),
        ("[coordinator]\nhost_readiness = 1", r"may not use the term host_readiness"),
        ("[applicant]\nsnow = -0.1", r"snow is -0\.1, expected a number from 0 .* known terms: .*island"),
        ("[applicant]\nsnow = nan", r"snow is nan, expected a number"),
        ("[applicant]\nsnow = inf", r"snow is inf, expected a number"),
        ("[applicant]\nsnow = true", r"snow is True, expected a number"),
        ('[applicant]\nsnow = "0.1"', r"snow is '0\.1', expected a number"),
        (f"[applicant]\nsnow = {'9' * 400}", r"snow is 9+, expected a number"),
        ("[posting]\nsnow = 1", r"mine.toml has the key posting, expected only applicant, coordinator, name"),
        ("coordinator = 1", r"has coordinator that is no table, expected \[coordinator\]"),
        ("name = 1", r"has a name that is no text"),
        ("[applicant\n", r"mine.toml is not TOML: .*line 1"),
        ("[applicant]\nsnow = 1\nsnow = 2\n", r"mine.toml is not TOML: .*line 3"),
        ("[" * 5_000, r"mine.toml is not TOML"),
    ],
)
def test_a_file_that_is_no_weights_is_refused_with_the_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(WeightError, match=message):
        _load(tmp_path, text)


@pytest.mark.parametrize("audience", ["coordinator", "applicant"])
def test_all_zero_weights_are_refused_with_the_known_names(tmp_path: Path, audience: str) -> None:
    names = [term.name for term in ALL_TERMS if audience in term.audiences]
    zeros = "\n".join(f"{name} = 0" for name in names)

    with pytest.raises(WeightError, match=f"all weights of {audience} are 0, .*{names[-1]}"):
        _load(tmp_path, f"[{audience}]\n{zeros}")


def test_a_missing_file_and_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(WeightError, match=r"none\.toml cannot be read"):
        load_weights(tmp_path / "none.toml")
    with pytest.raises(WeightError, match=r"bytes\.toml is not UTF-8 at byte 0"):
        load_weights(tmp_path / "bytes.toml")


@given(sliders=st.lists(st.floats(0, 1) | st.just(float("nan")), min_size=1, max_size=5))
def test_every_applicants_weights_sum_to_1(sliders: list[float]) -> None:
    names, rows = applicant_weights(default_weights(), np.array(sliders))

    assert rows.shape == (len(sliders), len(names))
    assert np.all(rows >= 0)
    np.testing.assert_allclose(rows.sum(axis=1), 1, atol=1e-12)


def test_the_slider_moves_weight_from_mission_to_place() -> None:
    names, rows = applicant_weights(default_weights(), np.array([0.0, 0.25, 0.5, 0.75, 1.0, np.nan]))
    place = rows[:, [THEME[name] == "place" for name in names]].sum(axis=1)

    assert place[0] == 0
    assert place[4] == pytest.approx(1)
    assert np.all(np.diff(place[:5]) > 0)
    np.testing.assert_allclose(rows[2], [default_weights().applicant[name] for name in names], atol=1e-12)
    np.testing.assert_array_equal(rows[5], rows[2])


def test_a_slider_that_would_leave_nothing_leaves_the_file(tmp_path: Path) -> None:
    missions = "\n".join(f"{name} = 0" for name, theme in THEME.items() if theme == "place")
    names, rows = applicant_weights(_load(tmp_path, f"[applicant]\n{missions}"), np.array([1.0]))

    assert "snow" not in names
    assert rows.sum() == pytest.approx(1)


@pytest.mark.parametrize("slider", [-0.1, 1.1, np.inf])
def test_a_slider_outside_0_to_1_is_refused(slider: float) -> None:
    with pytest.raises(WeightError, match="place_weight of row 1 is"):
        applicant_weights(default_weights(), np.array([0.5, slider]))
