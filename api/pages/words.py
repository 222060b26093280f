"""What pages say: one folder a language, one file an area, read once; Japanese is the original."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Final, Literal, TypeAlias, cast, get_args

from api.pages.errors import WordsError

__all__ = ["LANGUAGES", "Language", "Words", "words_in"]

Language: TypeAlias = Literal["ja", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


class Words:
    """The words of one language.

    Parameters
    ----------
    language : Language
    said : mapping of str to str
        ``sign_in.title`` → words; braces name what is put in: ``{seconds}秒``.

    Examples
    --------
    >>> words_in("ja")("shell.service")
    '縁結び'
    >>> words_in("en")("fault.too_short", least=12)
    'Enter at least 12 characters.'
    """

    def __init__(self, language: Language, said: Mapping[str, str]) -> None:
        self.language: Language = language
        self._said = said

    def __call__(self, key: str, **put_in: object) -> str:
        """The words of a key.

        Raises
        ------
        WordsError
            If the language has none.
        """
        if key not in self._said:
            raise WordsError(f"{key} has no words in {self.language}; add them to api/pages/words_{self.language}/")
        return self._said[key].format(**put_in)

    def first_of(self, *keys: str, **put_in: object) -> str:
        """The words of the first key that has some; the last must."""
        return self(next((key for key in keys if key in self._said), keys[-1]), **put_in)

    def spoken(self, manner: str) -> Words:
        """These words as ``manner`` says them, and the others as they are.

        Examples
        --------
        >>> words_in("en")("profile.origin_zone"), words_in("en").spoken("of_another")("profile.origin_zone")
        ('District of your home', "District of the person's home")
        """
        own = {key.removeprefix(f"{manner}."): said for key, said in self._said.items() if key.startswith(f"{manner}.")}
        return Words(self.language, {**self._said, **own})

    @property
    def known(self) -> frozenset[str]:
        """Every key that has words."""
        return frozenset(self._said)


@cache
def words_in(language: Language) -> Words:
    """The words that ship with the service.

    Raises
    ------
    WordsError
        If two files say the same key, or one holds something else than words.
    """
    said: dict[str, str] = {}
    folder = files("api.pages").joinpath(f"words_{language}")
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        for key, words in _flat(tomllib.loads(file.read_text(encoding="utf-8")), place=file.name):
            if key in said:
                raise WordsError(f"{file.name} says {key}, which another file says already")
            said[key] = words
    return Words(language, said)


def _flat(table: Mapping[str, object], *, place: str, above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(cast("Mapping[str, object]", value), place=place, above=f"{above}{key}.")
        elif isinstance(value, str):
            yield above + key, value
        else:
            raise WordsError(f"{place}: {above}{key} is no text, expected words")
