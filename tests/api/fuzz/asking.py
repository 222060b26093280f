"""Requests below what a client would send: any bytes of a path, a header or a body, any order of messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote

import anyio
from starlette.types import ASGIApp, Message

__all__ = ["Answer", "Raw", "ask"]


@dataclass(frozen=True)
class Raw:
    """A request as it comes out of a socket.

    Attributes
    ----------
    family : str
        What is wrong with it.
    operation : str
        What it was made from.
    method : str
    path, query : bytes
    headers : list of pairs of bytes
    chunks : list of bytes
        Parts of the body.
    is_broken_off : bool
        Whether the sender goes away before the body has ended.
    may_pass : bool
        Whether a service may well take no offence, so that only what it answers is looked at.
    """

    family: str
    operation: str
    method: str
    path: bytes
    query: bytes = b""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    chunks: list[bytes] = field(default_factory=list)
    is_broken_off: bool = False
    may_pass: bool = False


@dataclass
class Answer:
    """What came back; status 0 where nothing did."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        """Headers and body as one text."""
        return f"{self.headers} {self.body.decode(errors='replace')}"


async def ask(app: ASGIApp, raw: Raw, *, seconds: float = 60) -> Answer:
    """Send one request and wait for the whole answer.

    Raises
    ------
    TimeoutError
        If it takes longer than ``seconds``.
    """
    messages: list[Message] = [
        {"type": "http.request", "body": chunk, "more_body": row < len(raw.chunks) - 1 or raw.is_broken_off}
        for row, chunk in enumerate(raw.chunks or [b""])
    ]
    answer, answered = Answer(), anyio.Event()

    async def receive() -> Message:
        if messages:
            return messages.pop(0)
        if not raw.is_broken_off:  # a sender that has sent everything waits for the answer
            await answered.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {
                name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message["headers"]
            }
        else:
            answer.body += message.get("body", b"")
            if not message.get("more_body", False):
                answered.set()

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": raw.method,
        "scheme": "https",
        "path": unquote(raw.path.decode("ascii", "replace")),
        "raw_path": raw.path,
        "root_path": "",
        "query_string": raw.query,
        "headers": [(b"host", b"testserver"), *((name.lower(), value) for name, value in raw.headers)],
        "client": ("198.51.100.7", 50_000),
        "server": ("testserver", 443),
        "state": {},
    }
    with anyio.fail_after(seconds):
        await app(scope, receive, send)
    return answer
