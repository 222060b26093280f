"""The closed set of rule forms: all that a rule file can ask Python to decide."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from features.rules.forms import companies, conditions, durations, membership, subtypes
from features.rules.forms.exceptions import FORMER_MEMBER, JET, OVERSEAS
from features.rules.forms.form import Form
from features.rules.forms.region import REGION_MATRIX

__all__ = ["FORMS"]

FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        "burden": durations.BURDEN,
        "company_location": companies.COMPANY_LOCATION,
        "contract_party": companies.CONTRACT_PARTY,
        "coverage_limit": membership.COVERAGE_LIMIT,
        "employment": companies.EMPLOYMENT,
        "former_member": FORMER_MEMBER,
        "jet": JET,
        "language": conditions.LANGUAGE,
        "licence": conditions.LICENCE,
        "minimum": durations.MINIMUM,
        "overseas": OVERSEAS,
        "own_funds": conditions.OWN_FUNDS,
        "posting_minimum": conditions.POSTING_MINIMUM,
        "presence_share": durations.PRESENCE_SHARE,
        "program": conditions.PROGRAM,
        "receiving_body": companies.RECEIVING_BODY,
        "record_move": membership.RECORD_MOVE,
        "region_matrix": REGION_MATRIX,
        "subtype": subtypes.SUBTYPE,
        "term_bounds": durations.TERM_BOUNDS,
        "trial": membership.TRIAL,
        "type_of_year": subtypes.TYPE_OF_YEAR,
        "unconfirmed": companies.UNCONFIRMED,
        "workplace": companies.WORKPLACE,
    }
)
