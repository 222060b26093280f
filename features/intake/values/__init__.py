"""How a cell is read, by the name the catalogue uses."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from features.intake.values import dates, licences, money, numbers, people, places, required_licences, texts, words
from features.intake.values.figures import bounded, unsigned
from features.intake.values.reading import About, Read, Reader, Reading, Unreadable

__all__ = ["READERS", "About", "Read", "Reader", "Reading", "Unreadable"]


READERS: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        "activities": words.list_reader("activities", "活動分野"),
        "body": bounded(places.body),
        "contact_frequency": words.one_reader("contact_frequency", "会う頻度"),
        "contract_type": words.one_reader("contract_type", "契約の形"),
        "count": bounded(numbers.count),
        "day": bounded(dates.day),
        "days_per_month": bounded(unsigned(numbers.days_per_month)),
        "email": bounded(people.email),
        "exception": words.one_reader("exception", "地域要件の例外"),
        "fields": words.list_reader("fields", "起業人の分野"),
        "first_day": bounded(dates.first_day),
        "headcount": bounded(numbers.headcount),
        "host_type": words.one_reader("host_type", "受入先の種類"),
        "hours_per_month": bounded(unsigned(numbers.hours_per_month)),
        "hours_per_week": bounded(unsigned(numbers.hours_per_week)),
        "housing": words.one_reader("housing", "住まいの支援"),
        "housing_need": words.one_reader("housing_need", "住まいの希望"),
        "identifier": texts.identifier,
        "identifiers": texts.identifiers,
        "languages": bounded(people.languages),
        "last_day": bounded(dates.last_day),
        "licences": bounded(licences.licences),
        "links": bounded(people.links),
        "minutes": bounded(unsigned(numbers.minutes)),
        "moment": bounded(dates.moment),
        "monthly_yen": bounded(money.monthly_yen),
        "months": bounded(unsigned(numbers.months)),
        "municipalities": bounded(places.municipalities),
        "municipality": bounded(places.municipality),
        "name": bounded(people.name),
        "origin": bounded(places.origin),
        "phone": bounded(people.phone),
        "phrases": texts.phrases,
        "postal": bounded(places.postal),
        "posting": texts.posting,
        "posting_subtypes": words.list_reader("posting_subtypes", "型"),
        "prefecture": bounded(places.prefecture),
        "program": words.one_reader("programs", "制度"),
        "programs": words.list_reader("programs", "制度"),
        "rank": bounded(numbers.rank),
        "regions": bounded(places.regions),
        "required_licences": bounded(required_licences.required_licences),
        "sentences": texts.sentences,
        "short_text": texts.short_text,
        "side_job": words.one_reader("side_job", "副業の可否"),
        "state": words.one_reader("state", "募集の状態"),
        "status": words.one_reader("status", "選考の状況"),
        "subtypes": words.list_reader("subtypes", "起業人の型"),
        "text": texts.text,
        "trial": words.one_reader("trial", "おためし・インターン"),
        "url": bounded(people.url),
        "vehicle": words.one_reader("vehicle", "車"),
        "yearly_yen": bounded(money.yearly_yen),
        "yen": bounded(money.yen),
        "yes_no": words.yes_no,
        "zone": words.one_reader("zone", "条件不利区域の内外"),
    }
)
