"""Bytes that are hardly HTTP, over a real socket: the server refuses or hangs up, logs nobody's words, and goes on."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from tests.api.fuzz.filled_service import OFF, FilledService
from tests.api.fuzz.leaks import listening
from tests.api.fuzz.malformed import SENT
from tests.api.fuzz.marked import marks_in

HEALTH = b"GET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
POST = b"POST /api/v1/postings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
WORD = SENT.encode()
REQUESTS = {
    "noise": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + WORD,
    "no version": b"GET /api/v1/postings\r\n\r\n",
    "another version": b"GET /api/v1/postings HTTP/9.9\r\nHost: x\r\n\r\n",
    "a method of other letters": b"G\x00T / HTTP/1.1\r\nHost: x\r\n\r\n",
    "no host": b"GET /api/v1/postings HTTP/1.1\r\nConnection: close\r\n\r\n",
    "two hosts": b"GET /api/v1/postings HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n",
    "a path of other letters": b"GET /api/v1/" + WORD + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a whole address": b"GET http://evil.example/api/v1/postings/zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "a path out of the root": b"GET /../../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "a very long path": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a very long header": b"GET /api/v1/postings HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
    "very many headers": b"GET /zz HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
    "a folded header": b"GET /zz HTTP/1.1\r\nHost: x\r\nX: y\r\n z\r\nConnection: close\r\n\r\n",
    "a header without a name": b"GET /zz HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n",
    "NUL in a header": b"GET /zz HTTP/1.1\r\nHost: x\r\nX: \x00" + WORD + b"\r\n\r\n",
    "a bare line feed": b"GET /zz HTTP/1.1\nHost: x\nX: y\n\n",
    "a length below nought": POST + b"Content-Length: -1\r\n\r\n{}",
    "a length that is none": POST + b"Content-Length: two\r\n\r\n{}",
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
    "a length beyond all bounds": POST + b"Content-Length: 99999999999999999999\r\n\r\n{}",
    "a length and pieces": POST
    + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    "pieces of no size": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a piece below nought": POST + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n{}\r\n0\r\n\r\n",
    "a huge piece": POST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}",
    "an unknown encoding": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "a body that ends early": POST + b"Content-Length: 500\r\n\r\n{" + WORD,
    "an upgrade": b"GET /api/v1/postings HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "nothing": b"",
}
PASSED = ("an upgrade", "another version")  # asks for what anybody may see here, in words a server may pass over


@pytest.fixture(scope="module")
def port(sqlite_service: FilledService) -> Iterator[int]:
    """The service as a server on this machine."""
    sqlite_service.through(OFF)
    config = uvicorn.Config(sqlite_service, port=0, http="h11", ws="none", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


def _answer(port: int, content: bytes, *, seconds: float = 1) -> bytes:
    """What comes back until the server hangs up; one that waits for more is left after a moment."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        try:
            connection.sendall(content)
            while piece := connection.recv(65_536):
                got += piece
        except (ConnectionError, TimeoutError):  # hung up in the middle of what was sent, or waits for the rest of it
            pass
    return got


@pytest.mark.parametrize("name", REQUESTS)
def test_what_is_hardly_http_is_refused_and_the_next_one_is_answered(name: str, port: int) -> None:
    with listening() as lines:
        answer = _answer(port, REQUESTS[name])
    status = int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0
    assert status == 0 or 400 <= status < 500 or (name in PASSED and status == 200)
    logged = "\n".join(lines)
    assert "Traceback" not in logged
    assert SENT not in logged
    if status != 200:
        assert not marks_in(answer.decode(errors="replace"))
    assert _answer(port, HEALTH, seconds=60).startswith(b"HTTP/1.1 200 ")
