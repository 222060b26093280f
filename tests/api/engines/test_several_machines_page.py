"""The page on several machines shows commands that exist and files that can be read."""

from __future__ import annotations

import configparser
import importlib
import re
from pathlib import Path
from typing import Any

import pytest

TEXT = (Path(__file__).resolve().parents[3] / "docs/how-to/several-machines.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```text\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("role", ["scheduler", "worker"])
def test_every_option_of_a_shown_dask_command_exists(role: str) -> None:
    command: Any = importlib.import_module(f"distributed.cli.dask_{role}").main
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
    lines = re.findall(rf"dask {role} (.*)", TEXT)

    assert len(lines) == 2
    assert [name for line in lines for name in re.findall(r"--[\w-]+", line) if name not in known] == []


def test_the_shown_units_can_be_read() -> None:
    units = [block for block in BLOCKS if block.startswith("[Unit]")]

    assert len(units) == 2
    for unit in units:
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        parser.read_string(unit)
        assert set(parser.sections()) == {"Unit", "Service", "Install"}
        assert parser["Service"]["ExecStart"].startswith("/opt/enmusubi/.venv/bin/dask ")
    (worker,) = [unit for unit in units if "dask worker" in unit]
    assert "Restart=always" in worker  # without a scheduler it ends with status 0


def test_the_shown_compose_file_can_be_read_and_publishes_no_port() -> None:
    yaml: Any = importlib.import_module("yaml")
    (block,) = [block for block in BLOCKS if block.startswith("x-enmusubi")]
    content: dict[str, Any] = yaml.safe_load(block)

    assert set(content["services"]) == {"scheduler", "worker", "rank"}
    assert content["networks"]["cluster"] == {"internal": True}
    assert all("ports" not in service for service in content["services"].values())
    assert content["services"]["worker"]["restart"] == "always"  # without a scheduler it ends with status 0


def test_the_shown_settings_of_tls_are_those_that_dask_reads() -> None:
    config: Any = importlib.import_module("dask.config")
    importlib.import_module("distributed")
    (block,) = [block for block in BLOCKS if "REQUIRE_ENCRYPTION" in block]
    names = re.findall(r"^DASK_(\w+)=", block, re.MULTILINE)

    assert len(names) == 8
    for name in names:
        config.get(
            name.lower()
            .replace("__", ".")
            .replace("require_encryption", "require-encryption")
            .replace("ca_file", "ca-file")
        )
