"""What of a call itself may go wrong: the host, a contract that does not go with the work, the mission, silence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from features.place_explanation.remark import Remark
from features.place_explanation.wording import place_wording
from features.posting_quality.checks.contract_fit import contract_fit
from features.posting_quality.criteria import Form
from features.posting_quality.reading import Reading, read_posting
from features.records import Host, Posting
from features.taxonomy.vocabulary import JAPANESE

__all__ = ["clash", "host", "mission", "read_call", "unsaid"]

_ASKED_ABOUT: Final[Mapping[str, Callable[[Posting], object]]] = MappingProxyType(
    {
        "monthly_pay_yen": lambda posting: posting.monthly_pay_yen,
        "contract_type": lambda posting: posting.contract_type,
        "housing": lambda posting: posting.housing,
        "hours_per_week": lambda posting: posting.hours_per_week,
        "vehicle": lambda posting: posting.vehicle,
        "side_job": lambda posting: posting.side_job,
        "term_months": lambda posting: posting.term_months,
        "start_date": lambda posting: posting.start_date,
        "min_days_per_month": lambda posting: posting.min_days_per_month,
        "min_onsite_days_per_month": lambda posting: posting.min_onsite_days_per_month,
        "contact_frequency": lambda posting: posting.host and posting.host.contact_frequency,
        "briefed_residents": lambda posting: posting.host and posting.host.briefed_residents,
    }
)


def read_call(posting: Posting, *, on: date) -> Reading:
    """The call with its mission read once."""
    return read_posting(posting, on=on)


def host(call: Reading) -> Remark | None:
    """Contact that is rare or undecided, residents who were not told, no other members; the worst one asks."""
    told, words = call.posting.host or Host(), place_wording().host
    frequency = JAPANESE.get(told.contact_frequency or "", "")
    worst_first = (
        (told.contact_frequency in {"rarely", "undefined"}, words.contact),
        (told.briefed_residents is False, words.residents),
        (told.peers == 0, words.peers),
    )
    found = [said for is_so, said in worst_first if is_so]
    if not found:
        return None
    sentence = "".join(said.sentence.format(frequency=frequency) for said in found)
    return Remark("host", sentence, question=found[0].question)


def clash(call: Reading) -> Remark | None:
    """A contract, side job or car that does not go with the work as the text tells it."""
    found = contract_fit(call)
    if found.advice is None:  # advice stands exactly where something clashes
        return None
    return Remark("clash", found.sentence, posting_phrase=found.phrase, question=place_wording().clash.question)


def mission(call: Reading) -> Remark | None:
    """A mission that is missing, vague, or names next to no task."""
    read, words = call.mission, place_wording().mission
    if not read.text.strip():
        return Remark("mission", words.missing.sentence, question=words.missing.question)
    if read.vague:
        begin, end = read.vague[0]
        phrase = read.text[begin:end]
        return Remark(
            "mission", words.vague.sentence.format(phrase=phrase), None, phrase, question=words.vague.question
        )
    if read.weight < place_wording().few_tasks:
        return Remark("mission", words.thin.sentence, question=words.thin.question)
    return None


def unsaid(call: Reading, form: Form) -> Remark | None:
    """Points the call does not name, the first few of them in one sentence."""
    posting, words = call.posting, place_wording().unsaid
    missing = [words.names[point] for point in words.points[form] if _ASKED_ABOUT[point](posting) is None]
    if not missing:
        return None
    first = missing[: place_wording().most_unsaid]
    names = "・".join(first) + ("など" if len(first) < len(missing) else "")
    return Remark("unsaid", words.sentence.format(names=names), question=words.question)
