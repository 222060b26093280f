"""The service as an operator runs it: real processes that start, answer, are misused, and stop."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from api.cli import run
from api.commands.service_settings import why_unopened
from api.operation.server import bound
from api.settings import Settings
from api.storage.database import database_engine
from features.records import Records
from features.synthetic import sample_market
from tests.api.operation.processes import Running, running

PASSWORD = "薪を割る朝の音が好きです"
API = "/api/v1"
HALF_REQUESTS = (
    b"GET /hea",
    b"POST /api/v1/applicants HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
)


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=30)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(30)
        self.sock.connect(str(self._path))


def _ask(
    path: Path, method: str, target: str, body: Any = None, **headers: str
) -> tuple[int, http.client.HTTPMessage, str]:
    sent = None if body is None else json.dumps(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()} | {"Content-Type": "application/json"}
    with closing(_UnixConnection(path)) as connection:
        connection.request(method, target, sent, named)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()


@pytest.fixture(scope="module")
def living_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], tuple[Path, Running]]]:
    """The office that runs; another one where a test has killed it."""
    started: list[tuple[Path, Running]] = []
    with ExitStack() as running_offices:

        def living() -> tuple[Path, Running]:
            if not started or started[-1][1].process.poll() is not None:
                started.append(running_offices.enter_context(_office(tmp_path_factory.mktemp("office"))))
            return started[-1]

        yield living


@pytest.fixture
def office(living_office: Callable[[], tuple[Path, Running]]) -> tuple[Path, Running]:
    """Two processes on one socket file, sign-in required."""
    return living_office()


@contextmanager
def _office(folder: Path) -> Iterator[tuple[Path, Running]]:
    door = folder / "enmusubi.socket"
    settings = {"audit_key": "k" * 40, "log_level": "info", "public_origin": "https://enmusubi.example"}
    settings["jobs"] = "inline"  # nobody asks for a job here, so no process waits for one
    with running(folder, "--workers", "2", "--unix-socket", str(door), **settings) as service:
        deadline = time.monotonic() + 60
        while sum(line["event"] == "Application startup complete." for line in service.events()) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield door, service


def test_the_first_start_prints_every_setting_no_secret_and_the_way_to_an_administrator(
    office: tuple[Path, Running],
) -> None:
    told = "\n".join(office[1].told)
    assert "ENMUSUBI_WORKERS: 2" in told
    assert "ENMUSUBI_SIGN_IN: (既定) required" in told
    assert "ENMUSUBI_AUDIT_KEY: ***" in told
    assert "kkkk" not in told + "".join(office[1].logged)
    assert "enmusubi accounts first-administrator" in told
    assert "ブラウザーで開くページ: https://enmusubi.example/" in told
    assert "見本の市場" not in told  # invented people never come among real ones unasked


def test_the_socket_file_opens_to_its_owner_and_group_alone(office: tuple[Path, Running]) -> None:
    assert office[0].stat().st_mode & 0o777 == 0o660


def test_nobody_reads_anything_before_signing_in_and_everybody_may_ask_whether_it_runs(
    office: tuple[Path, Running],
) -> None:
    assert _ask(office[0], "GET", f"{API}/applicants")[0] == 401
    assert _ask(office[0], "GET", "/health")[0] == 200


def test_an_administrator_is_made_beside_the_running_service_and_reads_the_metrics_of_both_processes(
    office: tuple[Path, Running], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    door, _ = office
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", f"sqlite:///{door.parent / 'enmusubi.db'}")
    monkeypatch.setenv("ENMUSUBI_AUDIT_KEY", "k" * 40)
    assert run(["accounts", "first-administrator", "admin", "--json"]) == 0
    token = json.loads(capsys.readouterr().out)["token"]
    own = {"Sec_Fetch_Site": "same-origin", "X_Forwarded_Proto": "https", "X_Forwarded_For": "192.0.2.7"}
    assert _ask(door, "POST", f"{API}/password", {"token": token, "password": PASSWORD}, **own)[0] == 204
    status, headers, _ = _ask(door, "POST", f"{API}/session", {"sign_in_name": "admin", "password": PASSWORD}, **own)
    assert status == 201
    cookie = str(headers["Set-Cookie"]).partition(";")[0]
    assert cookie.startswith("__Host-")  # the proxy's word that people come over TLS is believed
    new = {"label": "prometheus", "scopes": ["metrics:read"]}
    status, _, text = _ask(door, "POST", f"{API}/me/tokens", new, Cookie=cookie, **own)
    assert status == 201
    bearer = {"Authorization": f"Bearer {json.loads(text)['token']}"}
    for _ in range(40):
        assert _ask(door, "GET", f"{API}/municipalities/01468", Authorization="Bearer wrong")[0] == 401
        assert _ask(door, "GET", "/health")[0] == 200
    assert _ask(door, "GET", f"{API}/accounts", **bearer)[0] == 403  # the token's scope is the metrics and nothing else
    text = _ask(door, "GET", f"{API}/metrics", **bearer)[2]
    found = re.search(r'enmusubi_requests_total\{method="GET",route="/health",status="200"\} (\d+)', text)
    assert found is not None
    assert int(found[1]) >= 40  # of both processes together, whichever answered


def test_both_processes_answer_one_that_is_killed_is_replaced_and_none_outlives_the_first(
    office: tuple[Path, Running],
) -> None:
    door, service = office

    def answering(several: int) -> set[int]:
        """Who answered, once so many have: which of them takes a request is the machine's choice."""
        found, deadline = set[int](), time.monotonic() + 60
        while len(found) < several and time.monotonic() < deadline:
            for _ in range(30):
                assert _ask(door, "GET", "/health")[0] == 200
            time.sleep(0.5)
            found |= {line["pid"] for line in service.events()[-30:] if line.get("route") == "/health"}
        return found

    first = answering(2)
    assert len(first) == 2
    os.kill(min(first), signal.SIGKILL)
    deadline = time.monotonic() + 180  # a busy machine starts it late
    while sum(line["event"] == "Application startup complete." for line in service.events()) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert min(first) not in answering(1)
    service.process.kill()  # nobody is left who could stop them: they end by themselves
    service.process.wait()
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in answered(service)):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def answered(service: Running) -> set[int]:
    return {line["pid"] for line in service.events() if "route" in line}


def test_a_second_service_on_the_same_port_says_so_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", f"sqlite:///{tmp_path / 'x.db'}")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run(["serve", "--port", str(port), "--no-sample"]) == 2
    line = capsys.readouterr().err
    told = f"127.0.0.1:{port} cannot be listened on: Address already in use; --port 0 takes a free one"
    assert line == f"enmusubi: Invalid value: {told}\n"


def test_filling_an_empty_database_is_said_before_it_is_done_and_not_where_nothing_is_filled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    market, told = sample_market(n_applicants=5, n_postings=2), list[str]()

    def drawn() -> Records:
        told.append(capsys.readouterr().out)
        return market

    monkeypatch.setattr("features.synthetic.sample_market", drawn)
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", f"sqlite:///{tmp_path / 'x.db'}")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        again = [run(["serve", "--port", str(taken.getsockname()[1]), "--sample"]) for _ in range(2)]
    assert again == [2, 2]
    assert [one.startswith("… データベースが空なので、見本の市場") for one in told] == [True]
    assert capsys.readouterr().out == ""


def test_a_database_whose_folder_is_not_there_or_not_to_be_written_is_told_with_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    way_out = "start in another folder, or name the database by ENMUSUBI_DATABASE_URL\n"
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", f"sqlite:///{tmp_path / 'none' / 'x.db'}")
    assert run(["serve", "--no-sample"]) == 2
    told = f"the folder of the database is {tmp_path / 'none'}, and there is no such folder; {way_out}"
    assert capsys.readouterr().err == f"enmusubi: Invalid value: {told}"

    monkeypatch.setattr("api.commands.service_settings.os.access", lambda *_: False)  # root may write everywhere
    with pytest.raises(OperationalError) as refused:
        database_engine(f"sqlite:///{tmp_path / 'none' / 'x.db'}").connect()
    told = why_unopened(Settings(database_url=f"sqlite:///{tmp_path / 'x.db'}"), refused.value)
    assert told.startswith(f"the folder of the database is {tmp_path}, and no file can be written there; ")
    told = why_unopened(Settings(database_url="postgresql+psycopg://nobody@nowhere/x"), refused.value)
    assert told == "ENMUSUBI_DATABASE_URL: OperationalError, it cannot be opened as one"


def test_a_socket_file_that_answers_is_not_taken_away_and_one_that_a_killed_service_left_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    door = tmp_path / "x.socket"
    settings = Settings(unix_socket=door, sign_in="required")
    with bound(settings) as living:
        living.listen()
        monkeypatch.setenv("ENMUSUBI_SIGN_IN", "required")
        monkeypatch.setenv("ENMUSUBI_DATABASE_URL", f"sqlite:///{tmp_path / 'x.db'}")
        assert run(["serve", "--unix-socket", str(door)]) == 2
        assert f"{door} cannot be listened on: Address already in use" in capsys.readouterr().err
    assert door.exists()  # nobody answers there any more
    bound(settings).close()
    door.unlink()
    door.write_text("not a socket")
    with pytest.raises(OSError, match="in use"):
        bound(settings)
    assert door.read_text() == "not a socket"


def test_no_answer_waits_until_the_one_before_is_acknowledged() -> None:
    with bound(Settings(port=0)) as door, socket.create_connection(door.getsockname()[:2]):
        accepted, _ = door.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_stop_ends_in_time_although_a_request_hangs_and_nothing_of_it_is_stored(tmp_path: Path) -> None:
    with ExitStack() as opened:
        one = running(tmp_path, "--port", "0", "--no-sample", sign_in="off", jobs="inline", stop_seconds="1")
        service = opened.enter_context(one)
        _wait_until_ready(service)
        other = opened.enter_context(closing(sqlite3.connect(tmp_path / "enmusubi.db", isolation_level=None)))
        other.execute("BEGIN IMMEDIATE")  # the request waits for this for ten seconds
        with socket.create_connection((service.connection().host, service.connection().port)) as waiting:
            body = b'{"applicant_id": "a1", "programs": []}'
            head = f"POST {API}/applicants HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            waiting.sendall(head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
            time.sleep(1)
            begun = time.monotonic()
            assert service.stop() == 1
            assert time.monotonic() - begun < 9
        other.execute("COMMIT")
        assert other.execute("SELECT count(*) FROM applicant").fetchone() == (0,)
    assert any(line["event"].startswith("stopped with requests unfinished") for line in service.events())


def test_a_slow_sender_is_cut_off_a_flood_is_turned_away_and_a_stop_lets_what_runs_end(tmp_path: Path) -> None:
    settings = {"request_seconds": "2", "max_connections": "6", "stop_seconds": "10", "keep_alive_seconds": "30"}
    with running(tmp_path, "--port", "0", "--no-sample", sign_in="off", jobs="inline", **settings) as service:
        _wait_until_ready(service)
        host = (service.connection().host, service.connection().port)
        begun = time.monotonic()
        with ExitStack() as opened:
            for slow in [opened.enter_context(_half_a_request(host, text)) for text in HALF_REQUESTS]:
                while slow.recv(1024):  # closed by the service, after an answer or without one
                    pass
        assert 1.5 < time.monotonic() - begun < 20
        with ExitStack() as opened:
            for _ in range(6):
                opened.enter_context(socket.create_connection(host))
            time.sleep(0.2)
            assert service.get("/health")[0] == 503
        _stop_in_the_middle(service)
    assert service.process.returncode == 0
    assert not [line for line in service.events() if line["level"] in ("error", "critical")]


def _wait_until_ready(service: Running) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if service.get("/health/ready")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("\n".join(service.logged))


def _half_a_request(host: tuple[str, int], text: bytes) -> socket.socket:
    one = socket.create_connection(host)
    one.settimeout(30)
    one.sendall(text)
    return one


def _stop_in_the_middle(service: Running) -> None:
    """A request is under way, its body half sent, when the stop is asked for: it is answered, and stored."""
    body = json.dumps({"applicant_id": "a1", "programs": []}).encode()
    with closing(service.connection()) as connection:
        connection.putrequest("POST", f"{API}/applicants")
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body[:5])
        time.sleep(0.5)
        ended = Thread(target=service.stop)
        ended.start()
        time.sleep(0.7)
        with pytest.raises(ConnectionRefusedError):
            service.get("/health")  # nothing new is taken
        connection.send(body[5:])
        assert connection.getresponse().status == 201
    ended.join(30)
    assert not ended.is_alive()
