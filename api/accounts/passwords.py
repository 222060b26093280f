"""Passwords: argon2id with the parameters RFC 9106 recommends where memory is limited, renewed when they change.

References
----------
1. Biryukov, Dinu, Khovratovich, Josefsson: Argon2 Memory-Hard Function. RFC 9106, section 4 (2021).
   https://doi.org/10.17487/RFC9106
2. NIST SP 800-63B-4, section 3.1.1: NFKC before hashing, a limit on attempts, no rules of composition.
"""

from __future__ import annotations

import unicodedata
from functools import cached_property
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from api.secret_tokens import new_secret

__all__ = ["Passwords"]

_PASSES, _MEMORY_KIB, _LANES = 3, 64 * 1024, 4  # second recommended option of [1], 64 MiB a hash
_AT_ONCE = 2  # 64 MiB each: a storm of sign-ins waits instead of filling the memory


class Passwords:
    """Hash and verify passwords.

    Parameters
    ----------
    passes, memory_kib, lanes : int
        Cost of argon2id; tests make it cheap.

    Examples
    --------
    >>> passwords = Passwords(passes=1, memory_kib=8, lanes=1)
    >>> stored = passwords.hashed("里山で三年暮らしたい")
    >>> passwords.verify("里山で三年暮らしたい", stored), passwords.verify("都会で三年暮らしたい", stored)
    ((True, None), (False, None))
    """

    def __init__(self, *, passes: int = _PASSES, memory_kib: int = _MEMORY_KIB, lanes: int = _LANES) -> None:
        self._hash = PasswordHash((Argon2Hasher(time_cost=passes, memory_cost=memory_kib, parallelism=lanes),))
        self._places = BoundedSemaphore(_AT_ONCE)

    def hashed(self, password: str) -> str:
        """What is stored of a password."""
        with self._places:
            return self._hash.hash(_normal(password))

    def verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        """Whether the password is right, and a new hash where the stored one has other parameters.

        Without a stored hash — a name nobody has, a person without a password — the same work is done and the answer
        is no.
        """
        decoy = self._decoy  # made before any branch, so that the first stranger does not wait longer
        with self._places:
            is_right, renewed = self._hash.verify_and_update(_normal(password), stored or decoy)
        return (is_right, renewed) if stored else (False, None)

    @cached_property
    def _decoy(self) -> str:
        return self._hash.hash(new_secret())


def _normal(password: str) -> str:
    """Full-width and half-width letters are one, as an office's keyboard gives now this, now that."""
    return unicodedata.normalize("NFKC", password)
