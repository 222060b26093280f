"""Licences told in prose against those in the field, and driving with another way for who has no licence.

The rules read the field only, and every entry there is a must: what stands only in prose is not checked, and a choice
has to be one entry (看護師または保健師), not one of its licences.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from features.posting_quality.licence_mentions import LicenceRequest, licence_codes_named, licence_requests
from features.posting_quality.patterns import pattern
from features.posting_quality.quality import Finding
from features.posting_quality.reading import Reading, quoted
from features.taxonomy.kinds import kinds_named, work_kinds
from features.taxonomy.licences import licence_code, licence_name, standing

__all__ = ["driving", "licences"]

_CARS = ("lent", "own_car_paid", "own_car_required")


def licences(reading: Reading) -> Finding:
    """Prose and field agree, and every licence of the field has a use in the text."""
    required = reading.posting.required_licences
    if not reading.mission.tasks:
        return Finding(0.0, "する仕事が読み取れないため、免許が要るかを確かめられません。", _ADD_TASKS)
    requests = list(licence_requests(f"{reading.posting.title or ''}\n{reading.mission.text}"))
    if required is None:
        return Finding(0.0, "必須の免許・資格の欄が空です。", phrase=requests[0].phrase if requests else None)
    fault = next(_faults(reading, requests, required), None)
    unused = [name for name in required if not _has_use(name, reading)]
    if fault is not None:
        return fault
    if unused:
        sentence = f"必須の欄の「{unused[0]}」を何に使うかが、文章から分かりません。"
        return Finding(0.5, sentence, "使う場面を文章に一言足すか、要らなければ欄から外してください。")
    return _agreed(requests, required)


def _faults(reading: Reading, requests: Sequence[LicenceRequest], required: Sequence[str]) -> Iterator[Finding]:
    yield from _only_in_prose(requests, required)
    yield from _manual_only_in_prose(reading, required)
    yield from _car_without_licence(reading, required)


_ADD_TASKS = "する仕事を書くと、免許が要るかを確かめられます。"


def _only_in_prose(requests: Sequence[LicenceRequest], required: Sequence[str]) -> Iterator[Finding]:
    for request in requests:
        names = [licence_name(code) for code in request.codes]
        if request.any_of and not _is_free_choice(request, required):
            entry = "または".join(names)
            advice = f"必須なら、欄の一つの項目に「{entry}」と書いてください。そうでなければ「歓迎」と書いてください。"
            yield Finding(0.0, _choice_sentence(request, required), advice, request.phrase)
        missing = [name for name in names if standing(name, required) != "held"]
        if missing and not request.any_of:
            sentence = f"文章では「{missing[0]}」が必須に読めますが、必須の欄にありません。{_UNCHECKED}"
            advice = f"必須なら「{missing[0]}」を欄に足し、そうでなければ「歓迎」と書いてください。"
            yield Finding(0.0, sentence, advice, request.phrase)


_UNCHECKED = "文章だけの必須は、規則では確かめられません。"


def _is_free_choice(request: LicenceRequest, required: Sequence[str]) -> bool:
    """Whether one entry of the field is met by each of the licences, and no entry asks for one of them alone."""
    met = [[standing(entry, [code]) == "held" for code in request.codes] for entry in required]
    return any(map(all, met)) and all(all(row) or not any(row) for row in met)


def _choice_sentence(request: LicenceRequest, required: Sequence[str]) -> str:
    left_out = [
        licence_name(code)
        for entry in required
        if any(standing(entry, [other]) == "held" for other in request.codes)
        for code in request.codes
        if standing(entry, [code]) != "held"
    ]
    if left_out:
        return f"文章は「どれか一つ」ですが、「{left_out[0]}」だけの人は、必須の欄の条件を満たさないことになります。"
    return f"文章では「どれか一つ」が必須に読めますが、必須の欄にありません。{_UNCHECKED}"


def _manual_only_in_prose(reading: Reading, required: Sequence[str]) -> Iterator[Finding]:
    """A car with a manual gear in the text, while the field is empty or lets an AT licence do."""
    if standing("car_mt", required) == "held":
        return
    for text in (reading.posting.title or "", reading.mission.text):
        for found in pattern("manual_car").finditer(text):
            phrase = quoted(text, found)
            if not pattern("manual_soft").search(phrase.replace(found.group(), "")):
                name = licence_name("car_mt")
                sentence = f"文章にはMT車（マニュアル車）とありますが、必須の欄に「{name}」がありません。{_UNCHECKED}"
                advice = f"MT車を運転するなら「{name}」を欄に書き、AT限定でもよければ文章にそう書いてください。"
                yield Finding(0.0, sentence, advice, phrase)


def _car_without_licence(reading: Reading, required: Sequence[str]) -> Iterator[Finding]:
    if reading.posting.vehicle != "own_car_required" or standing("car", required) == "held":
        return
    yield Finding(
        0.5,
        "自分の車が必要なのに、運転免許が必須の欄にありません。",
        "欄に運転免許を足すか、車がなくても働けるならそう書いてください。",
    )


def _has_use(name: str, reading: Reading) -> bool:
    text = f"{reading.posting.title or ''}\n{reading.mission.text}"
    if _is_driving(name):
        return reading.posting.vehicle in _CARS or reading.quote("driving_work", (text,)) is not None
    code, printed = licence_code(name), licence_name(name)
    wanted = {*_activities_named(text), *(reading.posting.activities or ())}
    return printed in text or code in licence_codes_named(text) or not wanted.isdisjoint(_activities_named(printed))


def _activities_named(text: str) -> set[str]:
    return {activity for mention in kinds_named(text) for activity in work_kinds()[mention.kind].activities}


def _agreed(requests: Sequence[LicenceRequest], required: Sequence[str]) -> Finding:
    named, phrase = "、".join(required) or "なし", requests[0].phrase if requests else None
    return Finding(1.0, f"必須の免許・資格（{named}）は、文章と欄で合っています。", phrase=phrase)


def _is_driving(name: str) -> bool:
    return standing("car", [name]) == "held"


def driving(reading: Reading) -> Finding:
    """No driving licence asked, or one with another way; a manual licence needs its reason."""
    required = reading.posting.required_licences
    if required is None:
        return Finding(0.0, "運転免許が要るかが分かりません。")
    asked = [name for name in required if _is_driving(name)]
    if not asked:
        return Finding(1.0, "運転免許は必須ではありません。")
    if licence_code(asked[0]) == "car_mt" and reading.quote("manual_reason", reading.texts) is None:
        advice = "MT車を使う仕事（軽トラック、農業機械など）を書くか、AT限定でもよいことにしてください。"
        return Finding(0.3, "MTの運転免許が必須ですが、その理由が書かれていません。", advice)
    phrase = reading.quote("driving_other", (reading.mission.text, *required))
    if phrase is None:
        return Finding(0.6, "運転免許が必須で、免許のない人の働き方は書かれていません。")
    return Finding(1.0, "運転免許の条件がゆるめられています。", phrase=phrase)
