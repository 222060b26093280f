"""The command line starts at once: a command is imported when it is asked for, and the list of them is never stale."""

from __future__ import annotations

import importlib
import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.main import get_group

import api.commands
from api.cli import app, run
from api.commands.announced import AnnouncedCommand
from api.commands.catalogue import CATALOGUE, Entry

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("fastapi", "highspy", "numba", "numpy", "polars", "pydantic", "rich", "scipy", "sklearn", "sqlmodel", "typst")


def _loaded_after(code: str) -> set[str]:
    """Modules that a fresh process has imported once it has run ``code``."""
    told = f"{code}\nimport sys\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stderr.split())


def _registered() -> dict[tuple[str, str], str]:
    """Help by module and name of every command that a module has."""
    found: dict[tuple[str, str], str] = {}
    for one in pkgutil.iter_modules(api.commands.__path__):
        module = importlib.import_module(f"api.commands.{one.name}")
        commands = typer.Typer()
        if hasattr(module, "register"):
            module.register(commands)
        elif hasattr(module, "app"):
            commands.add_typer(module.app, name=one.name)
        else:
            continue
        found |= {(one.name, name): command.help or "" for name, command in get_group(commands).commands.items()}
    return found


def test_the_list_of_commands_is_what_the_modules_have() -> None:
    assert {(entry.module, entry.name): entry.help for entry in CATALOGUE} == _registered()
    assert len({entry.name for entry in CATALOGUE}) == len(CATALOGUE)


def test_help_lists_every_command_in_the_order_of_the_catalogue(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    lines = capsys.readouterr().out.partition("Commands:\n")[2].splitlines()

    assert [line.split(maxsplit=1) for line in lines] == [[entry.name, entry.help] for entry in CATALOGUE]


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.name)
def test_a_command_tells_its_own_help(entry: Entry, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([entry.name, "--help"]) == 0
    out = capsys.readouterr().out

    assert out.startswith(f"Usage: enmusubi {entry.name} ")
    assert entry.help in out.replace("\n  ", "")


@pytest.mark.parametrize("word", ["evaluat", "lern", "verify-recipt"])
def test_a_mistyped_command_is_answered_with_the_nearest(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    nearest = {"evaluat": "'evaluate'", "lern": "'learn'", "verify-recipt": "'verify-receipt'"}[word]

    assert run([word]) == 2
    assert f"No such command '{word}'. Did you mean {nearest}" in capsys.readouterr().err


def test_help_imports_nothing_that_only_a_command_needs() -> None:
    loaded = _loaded_after("from api.cli import run; run(['--help'])")

    assert "typer" in loaded
    assert not loaded & set(HEAVY)


def test_asking_for_one_command_imports_its_module_only() -> None:
    loaded = _loaded_after("from api.cli import run; run(['rules', 'add', '--help'])")
    commands = {name for name in loaded if name.startswith("api.commands.")}

    assert commands == {f"api.commands.{name}" for name in ("announced", "catalogue", "options", "rules")}


def test_an_order_of_reading_needs_neither_scikit_learn_nor_a_compiler_nor_the_service(tmp_path: Path) -> None:
    for name in ("applicants", "postings"):
        whole = json.loads((ROOT / f"fixtures/small/{name}.json").read_text(encoding="utf-8"))
        (tmp_path / f"{name}.json").write_text(json.dumps({name: whole[name][:1]}), encoding="utf-8")
    files = ["--applicants", str(tmp_path / "applicants.json"), "--postings", str(tmp_path / "postings.json")]
    loaded = _loaded_after(f"from api.cli import run; run({['rank', *files, '--on', '2026-11-25', '--json']})")

    assert "polars" in loaded
    assert not loaded & {"fastapi", "highspy", "numba", "sklearn", "sqlmodel"}


def test_a_worker_holds_neither_the_service_nor_what_changes_a_schema() -> None:
    loaded = _loaded_after("import api.jobs.process")

    assert "api.imports.commit_job" in loaded
    assert not loaded & {"alembic", "api.app", "fastapi", "jinja2", "mako", "numba", "scipy", "sklearn"}


def test_a_service_whose_database_is_filled_holds_nothing_that_draws_people() -> None:
    watching = "api.commands.serve, api.operation.preparation, api.jobs.supervisor, api.operation.server"
    loaded = _loaded_after(
        f"import sys, {watching}\nassert 'api.app' not in sys.modules  # the first of several processes\n"
        "import api.operation.answering, api.jobs.process"
    )

    assert "api.app" in loaded
    assert not loaded & {"features.synthetic", "numba", "scipy", "sklearn"}
    assert not loaded & {"alembic", "authlib", "httpx2", "mako"}  # of a schema that is as it should be, no organisation


def test_importing_matching_compiles_and_loads_nothing() -> None:
    assert not _loaded_after("import matching") & set(HEAVY)


def test_the_stand_in_of_a_command_is_the_command_once_it_is_asked_for() -> None:
    stand_in = app.commands["rank"]
    assert isinstance(stand_in, AnnouncedCommand)
    options = {option for parameter in stand_in.loaded().params for option in parameter.opts}

    assert {"--applicants", "--postings", "--json"} <= options
