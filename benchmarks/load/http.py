"""A client that costs little, because it shares the two cores with what it measures."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from benchmarks.load.figures import Figures

__all__ = ["Answer", "Client"]

Json = dict[str, Any]
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    """Status (0 = none came), headers in lower case, and the body's JSON, empty where there is none."""

    status: int
    headers: Mapping[str, str]
    body: Json


@dataclass(frozen=True)
class Client:
    """One browser: a connection a request, a session's cookie, times into ``figures``."""

    port: int
    figures: Figures
    token: str | None = None

    async def ask(
        self,
        name: str,
        method: str,
        path: str,
        *,
        body: Json | None = None,
        headers: Mapping[str, str] | None = None,
        expected: tuple[int, ...] = (200,),
    ) -> Answer:
        """Send one request and note how long its answer took, from the first byte sent to the last one read."""
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        lines = {
            "Host": f"127.0.0.1:{self.port}",
            "Connection": "close",
            "Sec-Fetch-Site": "same-origin",
            **({} if self.token is None else {"Cookie": f"enmusubi-session={self.token}"}),
            **({} if body is None else {"Content-Type": "application/json", "Content-Length": str(len(content))}),
            **(headers or {}),
        }
        head = "".join(f"{key}: {value}\r\n" for key, value in lines.items())
        began = perf_counter()
        try:
            raw = await asyncio.wait_for(
                self._sent(f"{method} {path} HTTP/1.1\r\n{head}\r\n", content), _PATIENCE_SECONDS
            )
        except (OSError, TimeoutError):
            raw = b""
        answer = _read(raw)
        self.figures.add(name, (perf_counter() - began) * 1000, answer.status, expected)
        return answer

    async def _sent(self, head: str, content: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(head.encode() + content)
            return await reader.read(-1)
        finally:
            writer.close()


def _read(raw: bytes) -> Answer:
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    parts = first.split(" ")
    if len(parts) < 2 or not parts[1].isdigit():
        return Answer(0, {}, {})
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    is_json = "json" in headers.get("content-type", "") and body
    if headers.get("transfer-encoding") == "chunked":
        body = _joined(body)
    return Answer(int(parts[1]), headers, json.loads(body) if is_json else {})


def _joined(chunked: bytes) -> bytes:
    """The body of an answer that came in chunks."""
    body = b""
    while chunked:
        size, _, rest = chunked.partition(b"\r\n")
        length = int(size, 16)
        if length == 0:
            break
        body, chunked = body + rest[:length], rest[length + 2 :]
    return body
