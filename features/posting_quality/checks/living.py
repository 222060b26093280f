"""Facts of daily life: what the reference table knows is offered ready to paste, what nobody knows is asked."""

from __future__ import annotations

from features.municipalities import Municipality
from features.posting_quality.patterns import pattern
from features.posting_quality.quality import Finding
from features.posting_quality.reading import Reading
from features.terms.places import number_at
from features.terms.snow import snow_class

__all__ = ["broadband", "medical", "schools", "snow"]

_SNOW_FACTS = ("snow_station_km", "days_snow_depth_5cm", "days_snow_depth_50cm", "temp_jan_c")
_TOLD_WITHOUT_DISTANCE = 0.5


def snow(reading: Reading) -> Finding:
    """The climate in a word is full: how deep the snow lies can be pasted."""
    if phrase := reading.quote_in("climate", reading.mission.around):
        return Finding(1.0, "雪や気候にふれています。", phrase=phrase)
    ask = "冬の道と雪かきの様子を、住んでいる人に聞いて一言足してください。"
    return Finding(0.0, "雪と気候が書かれていません。", _paste(_snow_sentence(reading.place), ask))


def medical(reading: Reading) -> Finding:
    """A hospital or clinic with its distance is full."""
    ask = "病院まで何分かかるかを書いてください。"
    return _facility(reading, "medical", "病院", _medical_sentence(reading.place), ask)


def schools(reading: Reading) -> Finding:
    """Schools and nurseries with their distance are full."""
    ask = "通い方（何分か、スクールバスの有無）と、保育所の空きを書いてください。"
    return _facility(reading, "school", "学校と保育", _school_sentence(reading.place), ask)


def broadband(reading: Reading) -> Finding:
    """No table knows the lines, so the office is asked."""
    if phrase := reading.quote("line", (reading.mission.text,)):
        return Finding(1.0, "通信回線にふれています。", phrase=phrase)
    advice = "住まいと職場で光回線が使えるか、携帯電話が通じるかを確かめて書いてください。市町村の統計にはありません。"
    return Finding(0.0, "通信回線が書かれていません。", advice)


def _facility(reading: Reading, name: str, title: str, known: str | None, ask: str) -> Finding:
    mission = reading.mission
    phrase = reading.quote_in(name, mission.around)
    if phrase is None:
        return Finding(0.0, f"{title}のことが書かれていません。", _paste(known, ask))
    told = [mission.text[begin:end] for begin, end in mission.around]
    if any(pattern(name).search(text) and pattern("distance").search(text) for text in told):
        return Finding(1.0, f"{title}のことが、遠さや数とともに書かれています。", phrase=phrase)
    sentence = f"{title}にふれていますが、遠さや数は書かれていません。"
    return Finding(_TOLD_WITHOUT_DISTANCE, sentence, _paste(known, ask), phrase)


def _paste(known: str | None, ask: str) -> str:
    return ask if known is None else f"そのまま使えます：「{known}」{ask}"


def _number(place: Municipality, fact: str) -> float | None:
    return number_at(place.facts.get(fact))


def _snow_sentence(place: Municipality) -> str | None:
    found = snow_class(tuple(place.facts.get(name) for name in _SNOW_FACTS))
    january, light, deep = (
        _number(place, name) for name in ("temp_jan_c", "days_snow_depth_5cm", "days_snow_depth_50cm")
    )
    cold = "" if january is None else f"1月の平均気温は{_degrees(january)}です（平年値1991–2020年）。"
    if found == "deep":
        return f"積雪50cm以上の日が年に約{deep:.0f}日、5cm以上の日が約{light:.0f}日あります。{cold}"
    if found == "some":
        return f"積雪5cm以上の日が年に約{light:.0f}日あります。{cold}"
    return f"雪はほとんど積もりません。{cold}" if found == "none" else cold or None


def _medical_sentence(place: Municipality) -> str | None:
    hospitals, clinics = (_number(place, name) for name in ("hospitals", "clinics"))
    if hospitals is None or clinics is None:
        return None
    return f"{place.name}にあるのは、病院{hospitals:.0f}か所、診療所{clinics:.0f}か所です（2021–2023年の統計）。"


def _school_sentence(place: Municipality) -> str | None:
    kinds = (("小学校", "elementary_schools"), ("中学校", "junior_high_schools"), ("高校", "high_schools"))
    counts = [(title, _number(place, fact), "校") for title, fact in kinds]
    counts.append(("保育所等", _number(place, "nurseries"), "か所"))
    told = [f"{title}{count:.0f}{unit}" for title, count, unit in counts if count is not None]
    return f"{place.name}にあるのは、{'、'.join(told)}です（2021–2023年の統計）。" if told else None


def _degrees(celsius: float) -> str:
    return f"氷点下{-celsius:.0f}度" if round(celsius) < 0 else f"約{celsius:.0f}度"
