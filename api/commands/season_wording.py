"""How ``enmusubi season`` speaks to people: advice one by one, seats in words, a year in a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from rich.console import Console
from rich.table import Table

from features.municipalities import find
from features.records import Posting
from features.seasons.advice import Advice, SeasonAdvice, SeatPrice
from features.seasons.assumptions import season_assumptions
from features.seasons.past_years import SourceLevel
from features.seasons.replays import SeasonReplay
from matching.rolling.group_floors import FloorRule

__all__ = ["advice_sentence", "print_advice", "print_replay", "seat_sentence"]

_SOURCES: Final[Mapping[SourceLevel, str]] = {
    "everyone": "前年の応募者全員のうち {n} 件",
    "posting": "前年の同じ募集への応募 {n} 件",
    "municipality": "前年の同じ市町村への応募 {n} 件",
    "none": "前年の応募なし",
}

_COURSES: Final[Mapping[str, str]] = {
    "done": "行われたとおり",
    "prices": "席の先々の値打ちで",
    "arrival_order": "先着順",
    "lots": "くじ（5回の平均）",
}

_FLOORS: Final[Mapping[FloorRule, str]] = {
    "random": "全員を席数に応じてくじで配ったときの平均",
    "proportional": "席を人数で分け、そのグループだけで最もよく配ったときの平均",
    "max-min": "すべてのグループがそろって届く最も高い平均",
}


def seat_sentence(price: SeatPrice) -> str:
    """What a seat of a posting is worth later, in words.

    Examples
    --------
    >>> from features.seasons.past_years import PriceSource
    >>> print(seat_sentence(SeatPrice("p1", 2, 0, True, None, 0.21, 0.0, 0.4, 0.75, PriceSource("posting", 9))))
    1席の先々の値打ち 0.21（0.00〜0.40）。見込みの 75% で席が足りなくなります
    """
    if price.high <= 0 and price.seats_left == 0:
        return "残り席がなく、この先に待つ方の見込みもありません（値打ち 0）"
    if price.high <= 0:
        return "席は余る見込みで、先々の値打ちは 0 です"
    if price.source.level == "none":
        return f"1席の先々の値打ち {price.price:.2f}（いま待つ方の取り合いだけから）"
    span = f"1席の先々の値打ち {price.price:.2f}（{price.low:.2f}〜{price.high:.2f}）"
    return f"{span}。見込みの {price.short_share:.0%} で席が足りなくなります"


def advice_sentence(line: Advice, names: Mapping[str, str], prices: Mapping[str, SeatPrice], *, together: bool) -> str:
    """Why to make an offer now or to wait, in words."""
    if line.posting_id is None:
        return (
            "待つ：声をかけられる募集がありません（規則によるか、世帯の全員がそろって応募した募集がないためです）。"
            "規則による理由は enmusubi rank で確かめられます。"
        )
    place, n = names[line.posting_id], len(line.members)
    if line.value is None or line.seats_worth is None:
        return _sentence_by_arrival(line, place)
    seats = "席" if n == 1 else f"{n}席"
    fit, worth = f"重なり {line.value:.2f}", f"{seats}の先々の値打ち {line.seats_worth:.2f}"
    opens = prices[line.posting_id].opens_on
    return {
        "offer": f"いま声をかける：{place}。{fit}。{_at_ease(line, worth)}。",
        "opens_later": f"待つ：{place} の公開（{opens or '公開日不明'} の見込み）まで。いま空いている席より合います。",
        "seat_worth_more": (
            f"待つ：いま最も近いのは {place} ですが、{worth} が、{fit} を上回ります。"
            "席の値打ちが下がるか、ほかの席が空いたときに見直します。"
        ),
        "seats_go_to_others": f"待つ：{place} の席は、{_others(together=together)}。席が戻ったときに見直します。",
        "no_seat_now": _no_seat(place, n),
        "no_possible_posting": "",
    }[line.reason]


def _sentence_by_arrival(line: Advice, place: str) -> str:
    if line.is_offer:
        return f"いま声をかける：{place}。順位づけを希望しない方です。応募の届いた順で席があります。"
    if line.reason == "seats_go_to_others":
        return (
            f"待つ：順位づけを希望しない方です。応募の届いた順では、{place} の席は先の方で埋まります。"
            "席が空いたときに見直します。"
        )
    return f"{_no_seat(place, len(line.members))}順位づけを希望しない方です。"


def _no_seat(place: str, n: int) -> str:
    return f"待つ：{place} は、いま受け付けていないか、空きが {n} 席ありません。空いたときに見直します。"


def print_advice(
    console: Console, advice: SeasonAdvice, postings: Sequence[Posting], *, on: date, together: bool
) -> None:
    """Print advice line by line, then the seats, then what both rest on."""
    names = {p.posting_id: f"{p.posting_id} {find(p.municipality_code).full_name}" for p in postings}
    prices = {price.posting_id: price for price in advice.prices}
    console.rule(f"いま待っている方への助言　{on}", align="left")
    for line in advice.lines:
        who = "・".join(f"{member} さん" for member in line.members)
        head = who if line.household_id is None else f"{line.household_id}（{who}、同じ募集にそろって）"
        console.print(f"{head}", markup=False, style="bold")
        console.print(f"   {advice_sentence(line, names, prices, together=together)}", markup=False)
        if line.by_other_rule is not None:
            console.print(f"   世帯の数え方を変えると、最も合うのは {names[line.by_other_rule]} です。", markup=False)
    if not advice.lines:
        console.print("待っている方はいません。")
    console.rule("席の先々の値打ち", align="left")
    for price in advice.prices:
        state = f"残り {price.seats_left} 席" + (f"、返事待ち {price.seats_offered} 席" if price.seats_offered else "")
        if price.opens_on is not None:
            state += f"、{price.opens_on} 公開の見込み"
        elif not price.is_open:
            state += "、受付していません"
        console.print(f"{names[price.posting_id]}　{state}", markup=False)
        source = "" if advice.declined_share is None else f"　もと：{_source(price)}"
        console.print(f"   {seat_sentence(price)}{source}", markup=False)
    _print_notes(console, advice, together=together)


def print_replay(console: Console, found: SeasonReplay, *, floor: FloorRule) -> None:
    """Print the courses, the harm check and the floors of a finished year."""
    applied = "" if found.n_applications is None else f"、申込み {found.n_applications} 件"
    console.print(f"応募のまとまり {found.n_cases} 件（{found.n_people} 人{applied}）、席 {found.n_seats}")
    table = Table(show_edge=False)
    for heading in ("進め方", "合計", "後から見た上限に対して", "席のある人"):
        table.add_column(heading, justify="left" if heading == "進め方" else "right")
    for course in found.courses:
        name = "先着順（見本では、これを行われたこととする）" if course.name == found.done_is else _COURSES[course.name]
        table.add_row(name, f"{course.total:.2f}", f"{course.share:.1%}", f"{course.n_people:g}")
    table.add_row("後から見た上限", f"{found.bound:.2f}", "100.0%", "—")
    console.print(table)
    console.print(
        "合計は重なり（募集する側から見た点）の和です。同じ物差しで選び、測っています。"
        "物差しが正しいかどうかは、定着などの実際の結果と比べてください。"
        if found.done_is == "accepted"
        else "見本の一年です。合計は、一年後もそこにいる見込みの和です。"
    )
    _print_harm(console, found)
    _print_groups(console, found, floor)
    if found.apart:
        console.print(f"※ 別々に決まった世帯は一人ずつ数えました：{'、'.join(found.apart)}", markup=False)


def _print_harm(console: Console, found: SeasonReplay) -> None:
    console.rule("行われたことより悪くなるところ", align="left")
    year = (
        "悪くなります。この一年では使わないほうがよかったことになります" if found.is_year_harmed else "悪くなりません"
    )
    console.print(f"一年全体：{year}。")
    console.print(f"募集ごと：{found.n_places} か所のうち {len(found.harmed_places)} か所で席の合計が下がります。")
    for line in found.harmed_places:
        console.print(f"   {line.name}　{line.done:.2f} → {line.by_prices:.2f}", markup=False)
    console.print(
        "月ごとには比べません。あとで来る方のために席を残せば、早い月は下がり、遅い月は上がるのが当然だからです。"
    )


def _print_groups(console: Console, found: SeasonReplay, floor: FloorRule) -> None:
    console.rule("グループの下限（この一年についてのみ）", align="left")
    table = Table(show_edge=False)
    for heading in ("グループ", "人", "下限", "行われたとおり", "席の先々の値打ちで", ""):
        table.add_column(heading, justify="right" if heading in ("人", "下限") else "left")
    for line in found.groups:
        below = "下限に届かない" if line.by_prices < line.floor else ""
        cells = (f"{line.floor:.2f}", f"{line.done:.2f}", f"{line.by_prices:.2f}")
        table.add_row(line.name, str(line.n_people), *cells, below)
    console.print(table)
    console.print(
        f"数は必要な席一つあたりの平均。下限＝{_FLOORS[floor]}。"
        f"一年を先に知って下限を守る費用は合計の {found.floors_cost:.1%} です。"
    )
    console.print(
        "下限は過ぎた一年を見るためのものです。前年の下限から翌年を守れるとは言えないため、助言には使いません。"
    )


def _print_notes(console: Console, advice: SeasonAdvice, *, together: bool) -> None:
    how = (
        "待っている方をまとめて決めています" if together else "先に来た方から順に決めています（--together でまとめて）"
    )
    assumed = season_assumptions()
    notes = [
        "助言です。決めるのは人で、これによって断られる方はいません。",
        f"重なりは募集する側から見た点です。ご本人だけの希望（地域・給与・住まいなど）は使っていません。{how}。",
        f"仮定：待っている方はあと {assumed.patience_days.value:g} 日待ち、"
        f"下書きの募集は {assumed.draft_opens_days.value:g} 日後に公開されるとしています。",
    ]
    if advice.declined_share is None:
        notes.append("前年の記録なしで計算しました。この先だれも応募しない場合の値です。")
    else:
        notes.append(f"声をかけても決まらない割合を {advice.declined_share:.0%} と見ています。")
    if any(line.by_arrival for line in advice.lines):
        notes.append(
            "順位づけを希望しない方は、点を値打ちと比べず、応募の届いた順で見ています。その席は、ほかの方の席から除いています。"
        )
    if advice.n_held:
        notes.append(f"返事待ち、または決まった方が {advice.n_held} 件あります。")
    if advice.n_later:
        notes.append(f"この日より後の応募 {advice.n_later} 件は見ていません。")
    for note in notes:
        console.print(f"※ {note}", markup=False)


def _source(price: SeatPrice) -> str:
    return _SOURCES[price.source.level].format(n=price.source.n_cases)


def _at_ease(line: Advice, worth: str) -> str:
    return f"{worth} に見合います" if line.seats_worth else "席はこの先も余る見込みです"


def _others(*, together: bool) -> str:
    return (
        "待っている方を合わせて見ると、ほかの方に声をかけて埋まります"
        if together
        else ("ほかの方に声をかけると埋まります")
    )
