"""Monthly pay against the least the applicant asks for.

At or above it 1; below it the contribution falls in a line to 0 at three quarters of the wish, and is at most 0.98,
so that a gap that is told is a gap that counts [A]. Either side
unknown: 0.8 in [0, 1], the same for every posting, so silence steers nobody. A 起業人 posting without a pay does not
set one (the company pays): 0.8 for everybody, and nothing is asked.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.tables import ApplicantTable, PostingTable, kept_with_calls
from features.terms.cells import codes_of, distinct
from features.terms.factor import Floats, LookupTerm, lookup_term
from features.terms.term import Finding, PrivateTerm
from features.terms.unknowns import lookup_with_unknowns

__all__ = ["PAY"]

_LOWEST_SHARE = 0.75
_MOST_BELOW = 0.98
_NEUTRAL = 0.8  # about the mean of known pairs that applied (0.82 in the sample market)
_NOT_SET = -1  # pay of a posting that sets none: no amount, so it is never mistaken for one


def _build(applicants: ApplicantTable, postings: PostingTable) -> LookupTerm:
    least: list[int | None] = applicants.private.frame["min_monthly_pay_yen"].to_list()
    wishes, (amounts, codes) = distinct(least), _pay_of_calls(postings)
    wish = np.array(wishes, dtype=np.float64)[:, None]
    short = np.maximum(wish - np.array(amounts, dtype=np.float64)[None, :], 0.0)
    line = np.clip(1 - short / ((1 - _LOWEST_SHARE) * np.maximum(wish, 1.0)), 0.0, 1.0)
    table = np.where(short > 0, np.minimum(line, _MOST_BELOW), line)
    term = lookup_with_unknowns(codes_of(least, wishes), codes, table, span=(0.0, 1.0), neutral=_NEUTRAL)
    tables = _flat(term.table), _flat(term.low), _flat(term.high)
    return lookup_term(term.a, term.b, tables[0], low=tables[1], high=tables[2], unknown_b=term.unknown_b, keys=wishes)


@kept_with_calls
def _pay_of_calls(postings: PostingTable) -> tuple[list[int], NDArray[np.int64]]:
    """Amounts that are paid, :data:`_NOT_SET` first, and which of them each call pays."""
    pay = [_pay_of(*row) for row in postings.frame.select("program", "monthly_pay_yen").rows()]
    amounts = [_NOT_SET, *distinct([p for p in pay if p != _NOT_SET])]
    return amounts, codes_of(pay, amounts)


def _flat(table: Floats) -> Floats:
    """``table`` with the neutral value, certain, in the column of postings that set no pay."""
    flat = table.copy()
    flat[:, 0] = _NEUTRAL
    return flat


def _pay_of(program: str, pay: int | None) -> int | None:
    return _NOT_SET if pay is None and program == "kigyojin" else pay


def _find(applicants: ApplicantTable, i: int, postings: PostingTable, j: int) -> Finding | None:
    least: int | None = applicants.private.frame["min_monthly_pay_yen"][i]
    pay = _pay_of(postings.frame["program"][j], postings.frame["monthly_pay_yen"][j])
    if pay == _NOT_SET:
        return None
    if least is None or pay is None:
        return Finding("unknown", "希望する月額、または募集の月額が書かれていません。")
    amounts = f"募集の月額は{pay:,}円、希望は{least:,}円以上です"
    if pay >= least:
        return Finding("reason", f"{amounts}。")
    return Finding("gap", f"{amounts}（{least - pay:,}円の差）。")


PAY = PrivateTerm(
    name="pay",
    title="月額の報酬",
    theme="mission",
    data_class="P4",
    evidence=(
        "途中で辞めた理由のうち収入は25 %で、地域や行政との関係より少ない（弘前大学調査、4,170人）。"
        "月額16万〜29万円の幅がある（募集要項の実例）。下がり方は仮定（A）。"
    ),
    question="最低でも必要な月額はいくらですか。募集に月額がなければ、募集元に確かめてください。",
    build=_build,
    find=_find,
)
