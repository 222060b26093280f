"""Which passwords are refused: the short, and those of which little is left once common words are taken out.

No rule asks for capitals or signs: such rules make passwords harder to keep, not harder to guess (NIST SP 800-63B-4).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

from api.accounts.errors import PasswordError

__all__ = ["LONGEST", "SHORTEST", "verify_password"]

SHORTEST: Final = 12
LONGEST: Final = 256
_LEFT = 4  # different characters that must remain [A]
_RUN = 4  # letters of a keyboard's or the calendar's row that count as one thing [A]
_LOOKALIKES = str.maketrans("@$!|", "asii")
_YEAR = re.compile(r"(?:19|20)\d\d")


def verify_password(password: str, *, names: tuple[str, ...] = ()) -> None:
    """Refuse a password that is too short, too long, or easy to guess.

    Parameters
    ----------
    password : str
    names : tuple of str
        Words that say nothing new: the account's own names.

    Raises
    ------
    PasswordError
        Why; the message never holds the password.

    Examples
    --------
    >>> verify_password("川上で薪を割る朝の音")
    Traceback (most recent call last):
    ...
    api.accounts.errors.PasswordError: 422: the password has 10 characters, expected at least 12
    >>> verify_password("川上で薪を割る朝の音が好き")
    """
    text = unicodedata.normalize("NFKC", password)
    if len(text) < SHORTEST:
        raise PasswordError(f"has {len(text)} characters, expected at least {SHORTEST}")
    if len(password) > LONGEST:
        raise PasswordError(f"has {len(password)} characters, expected at most {LONGEST}")
    if len(set(_left(text.casefold(), names))) < _LEFT:
        raise PasswordError("is made of common words, rows of keys or the account's own name, expected something else")


def _left(text: str, names: tuple[str, ...]) -> str:
    """What remains of a password without common words, rows, years and repetitions."""
    words, rows = _common()
    own = [part for name in names for part in re.split(r"[\s@._-]+", unicodedata.normalize("NFKC", name).casefold())]
    for variant in (text, text.translate(_LOOKALIKES)):
        rest = variant
        for word in sorted({*words, *(part for part in own if len(part) > 2)}, key=lambda word: (-len(word), word)):
            rest = rest.replace(word, "")
        rest = _without_rows(_YEAR.sub("", rest), rows)
        if len(set(rest)) < _LEFT:
            return rest
    return text


def _without_rows(text: str, rows: tuple[str, ...]) -> str:
    kept, place = "", 0
    while place < len(text):
        length = max((_shared(text, place, row) for row in rows), default=0)
        if length < _RUN:
            kept += text[place]
        place += length if length >= _RUN else 1
    return kept


def _shared(text: str, place: int, row: str) -> int:
    """How many characters of ``text`` from ``place`` on stand in ``row`` in the same order."""
    length = 0
    while place + length < len(text) and text[place : place + length + 1] in row:
        length += 1
    return length


@cache
def _common() -> tuple[tuple[str, ...], tuple[str, ...]]:
    table = tomllib.loads(Path(__file__).with_name("common_passwords.toml").read_text(encoding="utf-8"))
    words = tuple(unicodedata.normalize("NFKC", word).casefold() for word in table["words"])
    return words, tuple(table["runs"])
