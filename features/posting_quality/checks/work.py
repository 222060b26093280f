"""Is the work told: tasks, their details, and vague words."""

from __future__ import annotations

from collections.abc import Mapping

from features.posting_quality.quality import Finding
from features.posting_quality.reading import Reading

__all__ = ["detail", "plain", "tasks"]

_ENOUGH_TASKS = 3
_DETAILS = {"amount": "量", "place": "場所", "whom": "相手", "time_share": "時間の割り振り"}


def tasks(reading: Reading) -> Finding:
    """Three concrete tasks are enough; a thin one (a single word) counts half."""
    mission = reading.mission
    if not mission.text.strip():
        return Finding(0.0, "する仕事の文章がありません。")
    if not mission.tasks:
        return Finding(0.0, "する仕事の名前が読み取れません。")
    first = max(mission.tasks, key=lambda task: task.weight)
    share = min(1.0, mission.weight / _ENOUGH_TASKS)
    thin = [mission.text[task.begin : task.end] for task in mission.tasks if task.weight < 1]
    said = f"する仕事が{len(mission.tasks)}つ書かれています"
    sentence = (
        f"{said}。「{thin[0]}」は、何をどうするのかが分かりにくい言い方です。" if thin and share < 1 else f"{said}。"
    )
    return Finding(share, sentence, phrase=mission.text[first.begin : first.end])


def detail(reading: Reading) -> Finding:
    """Amount, place, for whom, and how the time is divided: a quarter each."""
    found = {name: phrase for name, phrase in _details(reading).items() if phrase is not None}
    missing = [title for name, title in _DETAILS.items() if name not in found]
    if not found:
        return Finding(0.0, f"仕事の{'・'.join(missing)}が書かれていません。")
    told = "・".join(_DETAILS[name] for name in found)
    lacking = f"{'・'.join(missing)}は書かれていません。" if missing else ""
    return Finding(
        len(found) / len(_DETAILS), f"仕事の{told}が分かります。{lacking}", phrase=next(iter(found.values()))
    )


def _details(reading: Reading) -> Mapping[str, str | None]:
    mission = reading.mission
    work = mission.work if mission.tasks else ()
    found = {name: reading.quote_in(name, work) for name in _DETAILS}
    for name in ("amount", "whom"):
        found[name] = found[name] or reading.quote(name, reading.goals)
    found["place"] = found["place"] or reading.quote_in("base", (*mission.meetings, *mission.other))
    found["time_share"] = found["time_share"] or reading.quote_in("time_share", mission.other)
    return found


def plain(reading: Reading) -> Finding:
    """Phrases that fit every call cost half each; a call that names no work has nothing plain in it."""
    mission = reading.mission
    quotes = [mission.text[span.begin : span.end] for span in mission.vague]
    if not mission.tasks:
        sentence = "する仕事が書かれていないため、あいまいさを確かめられません。"
        named = f"「{quotes[0]}」では、する仕事が分かりません。" if quotes else sentence
        return Finding(0.0, named, phrase=quotes[0] if quotes else None)
    if not quotes:
        return Finding(1.0, "どの募集にも当てはまる言い方は見つかりません。")
    listed = "".join(f"「{quote}」" for quote in dict.fromkeys(quotes))
    return Finding(max(0.0, 1 - len(quotes) / 2), f"{listed}は、どの募集にも当てはまる言い方です。", phrase=quotes[0])
