"""Each margin of the twin beside the figure it was made to meet, with the source of the figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from features.records import Applicant, Language, Posting, Records
from features.synthetic.parameters import Parameter, entry

__all__ = ["Margin", "market_margins", "share_margins"]


class Margin(NamedTuple):
    """One figure of the twin and what it should be.

    Attributes
    ----------
    name, cell : str
        Parameter and which of its values; the cell is empty where there is one only.
    target, twin : float
        The figure that was published or assumed, and that of the twin.
    n : int
        Of how many the twin's figure is.
    evidence : str
        V read in a public source, K general knowledge, A our assumption.
    source : str
    """

    name: str
    cell: str
    target: float
    twin: float
    n: int
    evidence: str
    source: str

    @property
    def deviation(self) -> float:
        """Twin less target."""
        return self.twin - self.target


_CALLS: Final[Mapping[str, Callable[[Posting], object]]] = {
    "subtype": lambda call: call.subtypes[0] if call.subtypes else None,
    "activity_mix": lambda call: call.activities[0] if call.activities else None,
    "seats": lambda call: call.headcount,
    "contract_type": lambda call: call.contract_type,
    "housing": lambda call: call.housing,
    "vehicle": lambda call: call.vehicle,
    "term_months": lambda call: call.term_months,
    "start_date": lambda call: call.start_date,
    "contact_frequency": lambda call: None if call.host is None else call.host.contact_frequency,
}
_PEOPLE: Final[Mapping[str, Callable[[Applicant], object]]] = {
    "housing_need": lambda person: person.private_preferences.housing_need,
    "available_from": lambda person: person.selection_profile.available_from,
    "foreign_language": lambda person: _language(person.selection_profile.languages),
}


def market_margins(records: Records) -> tuple[Margin, ...]:
    """Margins of the people and calls of 地域おこし協力隊 in a sample market, in the order of its parameters.

    Examples
    --------
    >>> from features.synthetic.market import sample_market
    >>> small = sample_market(n_applicants=200, n_postings=80, n_kigyojin_postings=0, n_company_people=0)
    >>> found = {(one.name, one.cell): one for one in market_margins(small)}
    >>> chooses = found["chooses_place", ""]
    >>> chooses.evidence, abs(chooses.deviation) < 0.05
    ('V', True)
    """
    people = [person for person in records.applicants if "kyoryokutai" in person.programs]
    calls = [call for call in records.postings if call.program == "kyoryokutai" and call.trial == "none"]
    return (*_of_calls(records, calls), *_of_people(records, people))


def share_margins(name: str, parameter: Parameter, values: Iterable[object]) -> Iterator[Margin]:
    """One margin a cell of a parameter that is a table of shares; what nobody knows (``None``) counts nowhere."""
    found = Counter(str(value) for value in values if value is not None)
    n = found.total()
    if n and isinstance(parameter.value, dict):
        for cell, target in parameter.value.items():
            yield Margin(name, cell, target, found[cell] / n, n, parameter.evidence, parameter.source)


def _of_calls(records: Records, calls: list[Posting]) -> Iterator[Margin]:
    received = Counter(application.posting_id for application in records.applications)
    empty = [received[call.posting_id] == 0 for call in calls]
    yield from _single("postings_without_applications", empty)
    for name, read in _CALLS.items():
        yield from share_margins(name, entry(name), [read(call) for call in calls])
    briefed = [None if call.host is None else call.host.briefed_residents for call in calls]
    words = {True: "yes", False: "no", None: "unknown"}
    yield from share_margins("briefed_residents", entry("briefed_residents"), [words[said] for said in briefed])
    yield from _prefectures(calls)


def _prefectures(calls: list[Posting]) -> Iterator[Margin]:
    """Shares of seats of the three prefectures whose figures of FY2024 are published."""
    members = entry("members_per_prefecture")
    if not calls or not isinstance(members.value, dict):
        return
    seats = Counter[str]()
    for call in calls:
        seats[call.municipality_code[:2]] += call.headcount
    total, everywhere = seats.total(), sum(members.value.values())
    for code in ("01", "20", "07"):
        target = members.value[code] / everywhere
        yield Margin("members_per_prefecture", code, target, seats[code] / total, total, "V", members.source)


def _of_people(records: Records, people: list[Applicant]) -> Iterator[Margin]:
    sent = Counter(application.applicant_id for application in records.applications)
    active = [person for person in people if sent[person.applicant_id]]
    yield from _single("applying_share", [sent[person.applicant_id] > 0 for person in people])
    counts = [min(sent[person.applicant_id], 6) for person in active]
    yield from share_margins("applications_per_applicant", entry("applications_per_applicant"), counts)
    weights = [person.private_preferences.place_weight for person in people]
    yield from _single("chooses_place", [weight > 0.5 for weight in weights if weight is not None])
    links = [person.selection_profile.links for person in active]
    yield from _single("visited_before_applying", [len(known) > 0 for known in links if known is not None])
    for name, read in _PEOPLE.items():
        yield from share_margins(name, entry(name), [read(person) for person in people])


def _single(name: str, is_so: list[bool]) -> Iterator[Margin]:
    parameter = entry(name)
    if is_so and isinstance(parameter.value, float):
        share = sum(is_so) / len(is_so)
        yield Margin(name, "", parameter.value, share, len(is_so), parameter.evidence, parameter.source)


def _language(languages: Sequence[Language] | None) -> str | None:
    if languages is None:
        return None
    return languages[0].code if languages else "none"
