"""A form with one file, as a browser sends it without a script: ``multipart/form-data`` (RFC 7578).

The standard library reads such bodies only as mail, line by line; a file is bytes, so the parts are cut out whole here.

References
----------
1. L. Masinter, RFC 7578 (2015), https://doi.org/10.17487/RFC7578
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, Final, Generic, NamedTuple, TypeVar

from fastapi import Request

from api.pages.errors import Fault, FormEncodingError, FormError
from api.pages.forms import Drawn, FormModel, form_record

__all__ = ["Part", "Uploaded", "parts_of", "uploaded_as"]

M = TypeVar("M", bound=FormModel)
_BOUNDARY: Final = re.compile(
    r'multipart/form-data;.*?\bboundary="?([\w\'()+,./:=? -]{1,70})"?', re.ASCII | re.IGNORECASE
)
_NAME: Final = re.compile(r'\bname="([^"]*)"')
_FILE: Final = re.compile(r'\bfilename="([^"]*)"')
_MOST_PARTS: Final = 50
_LONGEST_FIELD: Final = 2_000
_LONGEST_NAME: Final = 255
_UNPRINTED: Final = re.compile(r"[\x00-\x1f\x7f]")
_FOLDERS: Final = re.compile(r".*[/\\]", re.DOTALL)  # old browsers tell where the file lay on the PC
_ESCAPES: Final = {"%22": '"', "%0D": " ", "%0A": " "}  # of the HTML standard, in names


class Part(NamedTuple):
    """One part of a body: the field, the name of its file where it is one, and what stands in it."""

    name: str
    file: str | None
    content: bytes


@dataclass(frozen=True, eq=False)
class Uploaded(Generic[M]):
    """What was said beside a file, its name and its bytes."""

    said: M
    name: str
    content: bytes


def uploaded_as(
    model: type[M], *, drawn: Drawn, file: str = "file"
) -> Callable[[Request], Coroutine[Any, Any, Uploaded[M]]]:
    """A dependency: the file and the valid record beside it, as :func:`api.pages.forms.sent_as` gives one without.

    Parameters
    ----------
    model : type of FormModel
    drawn : callable
    file : str, default "file"
        The field in which the file is.

    Raises
    ------
    FormEncodingError
        If the body is no form with a file.
    StaleFormError
        If it was not this browser's page that sent it.
    FormError
        If a field is not as asked, or no file was chosen.
    """

    async def read(request: Request) -> Uploaded[M]:
        typed: dict[str, list[str]] = {}
        name, content = "", b""
        for part in parts_of(await request.body(), request.headers.get("content-type", "")):
            if part.name == file and part.file is not None:
                name, content = part.file, part.content
            else:
                typed.setdefault(part.name, []).append(_text(part.content))
        said = form_record(request, model, typed, drawn=drawn)
        if not name:
            raise FormError([Fault(file, (f"fault.{file}.missing", "fault.missing"))])
        if not content:
            raise FormError([Fault(file, (f"fault.{file}.empty", "fault.missing"))])
        return Uploaded(said, name, content)

    return read


def parts_of(body: bytes, content_type: str) -> Iterator[Part]:
    r"""The parts of a body.

    Raises
    ------
    FormEncodingError
        If it is no form, or one with more parts than any of our pages has.

    Examples
    --------
    >>> body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n1,2\r\n\r\n--x--\r\n'
    >>> list(parts_of(body, "multipart/form-data; boundary=x"))
    [Part(name='file', file='a.csv', content=b'1,2\r\n')]
    """
    found = _BOUNDARY.fullmatch(content_type.strip())
    if found is None:
        raise FormEncodingError
    mark = b"--" + found[1].encode("ascii")
    sections = body.split(b"\r\n" + mark, _MOST_PARTS + 1)
    is_whole = len(sections) > 1 and body.startswith(mark) and sections[-1].startswith(b"--")
    if not is_whole or len(sections) > _MOST_PARTS:
        raise FormEncodingError
    sections[0] = sections[0][len(mark) :]
    return (_part(section) for section in sections[:-1])


def _part(section: bytes) -> Part:
    head, blank, content = section.partition(b"\r\n\r\n")
    text = _text(head)
    name, file = _NAME.search(text), _FILE.search(text)
    if not blank or name is None:
        raise FormEncodingError
    return Part(name[1], None if file is None else _file_name(file[1]), content)


def _file_name(sent: str) -> str:
    name = _FOLDERS.sub("", sent)
    for written, meant in _ESCAPES.items():
        name = name.replace(written, meant)
    return _UNPRINTED.sub(" ", name).strip()[-_LONGEST_NAME:]  # the end of a name tells what it is


def _text(content: bytes) -> str:
    if len(content) > _LONGEST_FIELD or b"\0" in content:
        raise FormEncodingError
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise FormEncodingError from None
