"""What the generator knows and no record tells: topics, abilities, and how well a pair would really work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["SampleTruth"]

_BASE = -0.6
_SAME_TOPIC = 1.8
_SAME_ACTIVITY = 0.8
_ABILITY = 0.5
_READINESS = 0.5
_LINK = 0.35


@dataclass(frozen=True, eq=False)
class SampleTruth:
    """Latent side of a sample market, for research and learning; never part of a record.

    Attributes
    ----------
    applicant_ids, posting_ids : tuple of str
        In the order of the records.
    applicant_topic, posting_topic : tuple of str
        Mission looked for and mission offered; a *good pair* has the same.
    applicant_activity, posting_activity : tuple of str
        Activity of the topic, for 起業人 its field.
    is_paraphrase : ndarray of bool
        ``(n,)`` texts written without any content noun of the calls of the topic.
    ability : ndarray of float64
        ``(n,)`` standard normal.
    readiness : ndarray of float64
        ``(m,)`` of the host, in ``[-1, 1]``.
    applicant_links : tuple of tuple of str
        Codes of municipalities the applicant has been to.
    posting_codes : tuple of str
        Municipality of each posting.
    """

    applicant_ids: tuple[str, ...]
    posting_ids: tuple[str, ...]
    applicant_topic: tuple[str, ...]
    posting_topic: tuple[str, ...]
    applicant_activity: tuple[str, ...]
    posting_activity: tuple[str, ...]
    is_paraphrase: NDArray[np.bool_]
    ability: NDArray[np.float64]
    readiness: NDArray[np.float64]
    applicant_links: tuple[tuple[str, ...], ...]
    posting_codes: tuple[str, ...]

    def quality(self, rows: Sequence[int], columns: Sequence[int]) -> NDArray[np.float64]:
        """Probability that the pair works out, ``(len(rows), len(columns))`` in ``(0, 1)``.

        A logit model whose signs follow surveys of former members (an earlier link +0.35, host readiness x 0.5); the
        mission and ability weights are assumptions.
        """
        logit = (
            _BASE
            + _SAME_TOPIC * _same(self.applicant_topic, self.posting_topic, rows, columns)
            + _SAME_ACTIVITY * _same(self.applicant_activity, self.posting_activity, rows, columns)
            + _ABILITY * self.ability[list(rows)][:, None]
            + _READINESS * self.readiness[list(columns)][None, :]
            + _LINK * self._linked(rows, columns)
        )
        quality: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-logit))
        return quality

    def _linked(self, rows: Sequence[int], columns: Sequence[int]) -> NDArray[np.float64]:
        codes = [self.posting_codes[column] for column in columns]
        return np.array([[float(code in self.applicant_links[row]) for code in codes] for row in rows]).reshape(
            len(rows), len(columns)
        )


def _same(
    left: tuple[str, ...], right: tuple[str, ...], rows: Sequence[int], columns: Sequence[int]
) -> NDArray[np.float64]:
    a = np.array([left[row] for row in rows])
    b = np.array([right[column] for column in columns])
    same: NDArray[np.float64] = (a[:, None] == b[None, :]).astype(np.float64)
    return same
