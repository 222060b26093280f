"""Which passwords are refused, and the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from api.accounts.errors import PasswordError
from api.accounts.password_rules import verify_password
from api.cli import run
from tests.api.accounts.conftest import PASSWORD

if sys.platform != "win32":
    import termios


@pytest.mark.parametrize(
    "password",
    [
        "password2026!",
        "Ｐａｓｓｗｏｒｄ１２３４５",
        "123456789012",
        "qwertyuiop1234",
        "aaaaaaaaaaaaaaaa",
        "下川町yamada2026下川町",
        "協力隊協力隊協力隊協力隊",
        "P@ssw0rdP@ssw0rd",
        "短い",
        "x" * 257,
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused_without_repeating_it(password: str) -> None:
    with pytest.raises(PasswordError) as caught:
        verify_password(password, names=("yamada@town.example", "山田 下川町"))
    assert password not in str(caught.value)


@pytest.mark.parametrize(
    "password", [PASSWORD, "correct horse battery staple", "8Fh2kQzLw0pN", "雪下ろしは三人で交代しながら"]
)
def test_a_password_that_says_something_of_its_own_is_taken(password: str) -> None:
    verify_password(password, names=("yamada@town.example",))


def test_the_first_administrator_is_made_by_one_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    assert run(["accounts", "first-administrator", "admin", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["token"]
    invite = ["accounts", "invite", "c1", "--role", "coordinator"]
    assert run([*invite, "--municipality", "01468"]) == 0
    assert "http://127.0.0.1:8000/password を開き、「リンクのコード」に次の文字列を入れて" in capsys.readouterr().out
    assert run(invite) == 2
    assert "--role coordinator needs --municipality CODE" in capsys.readouterr().err
    assert run(["accounts", "invite", "a9", "--role", "applicant"]) == 2
    assert "--role applicant needs --applicant NUMBER" in capsys.readouterr().err
    assert run(["accounts", "disable", "C1"]) == 0
    assert run(["accounts", "reset", "c1"]) == 2
    capsys.readouterr()
    assert run(["accounts", "list", "--json"]) == 0
    accounts = json.loads(capsys.readouterr().out)["accounts"]
    assert {one["sign_in_name"]: one["state"] for one in accounts} == {"admin": "invited", "c1": "disabled"}


def test_the_command_asks_for_the_password_where_it_is_told_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    monkeypatch.setattr("typer.prompt", lambda *_, **__: PASSWORD)
    assert run(["accounts", "first-administrator", "admin", "--ask"]) == 0
    assert run(["accounts", "first-administrator", "other"]) == 2
    assert "there is an administrator already" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of this kind are POSIX only")
def test_ctrl_c_at_the_password_is_heard_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    command = [
        sys.executable,
        "-c",
        "from api.cli import main; main()",
        "accounts",
        "first-administrator",
        "a",
        "--ask",
    ]
    ours, theirs = os.openpty()
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=theirs, stdout=pipe, stderr=pipe, start_new_session=True) as asking:
        while termios.tcgetattr(theirs)[3] & termios.ECHO:  # until what is typed is no longer shown
            assert asking.poll() is None
            time.sleep(0.05)
        time.sleep(0.3)
        asking.send_signal(signal.SIGINT)
        try:
            _, told = asking.communicate(timeout=20)
        finally:
            asking.kill()
    os.close(ours)
    os.close(theirs)

    assert asking.returncode == 130
    assert told.decode().endswith("enmusubi: interrupted\n")
