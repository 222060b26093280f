"""Pages stand alone, hide nothing and run nothing."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from api.documents import DocumentError, ranking_page, recommendation_page
from api.documents.shapes import Rule
from features.records import Posting
from features.rules import verdict_words

Json = dict[str, Any]
Make = Callable[..., str]

VOID = {"meta", "br", "link", "img", "input", "hr"}
ATTACK = '<script>alert("x")</script>\'"&'


class Reader(HTMLParser):
    """Collects tags, attributes and text, and the first tag that is not closed where it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.fault: str | None = None
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.fault = self.fault or f"</{tag}> at {self.getpos()}"

    def handle_data(self, data: str) -> None:
        self.text += data

    def close(self) -> None:
        super().close()
        if self._open:
            self.fault = self.fault or f"<{self._open[-1]}> is not closed"


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


@pytest.fixture
def rank_page(posting: Posting, titles: dict[str, str], provenance: Json, weights: dict[str, float]) -> Make:
    def build(ranking: Json, **changes: Any) -> str:
        options: dict[str, Any] = {
            "posting": posting,
            "titles": titles,
            "provenance": provenance,
            "weights": weights,
        } | changes
        return ranking_page(ranking, **options)

    return build


@pytest.fixture
def place_page(postings: list[Posting], titles: dict[str, str], provenance: Json) -> Make:
    def build(recommendation: Json, **changes: Any) -> str:
        options: dict[str, Any] = {
            "postings": postings,
            "titles": titles,
            "provenance": provenance,
            "origin_code": "13112",
        } | changes
        return recommendation_page(recommendation, **options)

    return build


@pytest.fixture
def both_pages(rank_page: Make, place_page: Make, ranking: Json, recommendation: Json) -> list[str]:
    return [rank_page(ranking), place_page(recommendation)]


def test_pages_are_well_formed(both_pages: list[str]) -> None:
    assert [read(page).fault for page in both_pages] == [None, None]


def test_pages_fetch_nothing_and_run_nothing(both_pages: list[str]) -> None:
    for page in both_pages:
        reader = read(page)
        assert not {"script", "link", "img", "iframe", "object"} & set(reader.tags)
        assert "://" not in page
        assert "@import" not in page and "url(" not in page
        assert all(value.startswith("#") for name, value in reader.attributes if name in {"href", "src", "action"})
        assert not [name for name, _value in reader.attributes if name.startswith("on")]


def test_pages_can_be_read_aloud(both_pages: list[str]) -> None:
    for page in both_pages:
        reader = read(page)
        assert ("lang", "ja") in reader.attributes
        assert reader.tags.count("h1") == 1 and reader.tags.count("main") == 1
        assert reader.tags.count("caption") == reader.tags.count("table") > 0
        assert any(
            name == "aria-label" and value.startswith(("重なり", "合い具合")) for name, value in reader.attributes
        )


def test_every_link_leads_to_a_place_on_the_page(both_pages: list[str]) -> None:
    for page in both_pages:
        attributes = read(page).attributes
        targets = {value for name, value in attributes if name == "id"}
        assert {value[1:] for name, value in attributes if name == "href"} <= targets


def test_the_same_run_gives_the_same_page(rank_page: Make, make_ranking: Callable[..., Json]) -> None:
    assert rank_page(make_ranking(8)) == rank_page(make_ranking(8))


def test_what_a_person_wrote_is_shown_and_not_obeyed(
    rank_page: Make, place_page: Make, ranking: Json, recommendation: Json, posting: Posting, postings: list[Posting]
) -> None:
    finding = {"term": ATTACK, "title": ATTACK, "sentence": ATTACK, "applicant_phrase": ATTACK * 2}
    rule = ranking["excluded"][0]["rules"][0] | {"sentence": ATTACK, "source": ATTACK, "rule_id": ATTACK}
    line = {"reasons": [finding], "gaps": [finding], "questions": [{"question": ATTACK}], "verdicts": [rule]}
    remark = {"topic": ATTACK, "sentence": ATTACK, "applicant_phrase": ATTACK * 2, "question": ATTACK}
    groups = {key: [remark] for key in ("fits_you", "they_would_want_you", "may_go_wrong")}
    ranking["candidates"][0] |= line | {"applicant_id": ATTACK}
    ranking["excluded"] = [{"applicant_id": ATTACK, "rules": [rule]}]
    recommendation["postings"][0] |= line | groups
    hostile = [postings[0].model_copy(update={"title": ATTACK}), *postings[1:]]

    for page in (
        rank_page(ranking, posting=posting.model_copy(update={"title": ATTACK})),
        place_page(recommendation, postings=hostile),
    ):
        reader = read(page)
        assert "script" not in reader.tags
        assert ATTACK in reader.text
        assert reader.fault is None


def test_the_ranking_page_tells_order_words_and_intervals(rank_page: Make, ranking: Json) -> None:
    text = read(rank_page(ranking)).text

    places = [text.index(f"a-{1000 + k}") for k in range(8)]
    assert places == sorted(places)
    assert "採否は人が決めます。" in text
    assert "幅 0.73〜0.81" in text
    assert "大工仕事、宿泊施設の予約管理" in text
    assert "特別交付税措置の対象外（任用を禁じるものではありません）" in text
    assert "2026年11月23日" in text


def test_a_phrase_that_the_sentence_quotes_is_not_said_twice(
    rank_page: Make, make_ranking: Callable[..., Json]
) -> None:
    card = read(rank_page(make_ranking(1))).text.split("ひとりずつ")[1]

    assert card.count("空き家を直して宿を開きたい") == 1


def test_an_empty_ranking_says_so(rank_page: Make, make_ranking: Callable[..., Json]) -> None:
    text = read(rank_page(make_ranking(0, 0))).text

    assert "読む応募はありません。" in text
    assert "対象外の応募はありません。" in text


def test_five_hundred_candidates_have_a_card_each(rank_page: Make, make_ranking: Callable[..., Json]) -> None:
    assert rank_page(make_ranking(500)).count('<li class="card"') == 500


def test_very_long_texts_and_rare_characters_are_all_shown(rank_page: Make, ranking: Json) -> None:
    endless = "𠮷野で𩸽を焼く" * 1500
    ranking["candidates"][0]["reasons"] = [{"term": "mission", "title": "仕事", "sentence": endless}]

    assert endless in rank_page(ranking)


def test_the_recommendation_shows_living_facts_and_what_may_go_wrong(place_page: Make, recommendation: Json) -> None:
    text = read(place_page(recommendation)).text

    assert "北海道美瑛町" in text and "島根県海士町" in text
    assert "9,668人（5年で6.1%減）" in text
    assert "約915 km" in text
    assert "行き違いになりやすいところ" in text
    assert "島です。船や飛行機の欠航" in text
    assert "住民票は、委嘱の前に移さないでください" in text


def test_each_place_has_its_three_groups_with_quotations_and_questions(place_page: Make, recommendation: Json) -> None:
    card = read(place_page(recommendation, most=1)).text.split("ひとつずつ")[1]

    headings = ("あなたに合うところ", "先方があなたに期待しそうなところ", "ここで行き違いになりやすいところ")
    assert [card.count(heading) for heading in headings] == [1, 1, 1]
    assert "2025年夏に宿の手伝い（3週間）" in card
    assert card.count("空き家を直して宿を開きたい") == 1
    assert "聞くこと：困ったときにだれに相談し" in card


def test_a_topic_that_is_told_as_going_wrong_is_not_told_again(place_page: Make, recommendation: Json) -> None:
    island = {"topic": "island", "sentence": "島根県海士町は島にあります。", "question": "欠航のときはどうしますか。"}
    plain = read(place_page(recommendation)).text
    recommendation["postings"][1]["may_go_wrong"] = [island]

    assert (
        plain.count("島です。船や飛行機の欠航")
        == read(place_page(recommendation)).text.count("島です。船や飛行機の欠航") + 1
    )


def test_the_settlement_rate_is_never_told_without_those_who_left(place_page: Make, recommendation: Json) -> None:
    text = read(place_page(recommendation)).text

    assert "69 %" in text
    assert "25 %" in text


def test_people_of_companies_are_not_told_what_concerns_members_only(
    place_page: Make, recommendation: Json, postings: list[Posting]
) -> None:
    change = {"program": "kigyojin", "subtypes": ("sidejob",), "min_days_per_month": 4.0, "min_hours_per_month": 20.0}
    text = read(place_page(recommendation, postings=[p.model_copy(update=change) for p in postings])).text

    assert "4日以上、20時間以上" in text
    assert "住民票は、委嘱の前に" not in text
    assert "69 %" not in text


def test_an_own_wish_is_not_told_as_tax(place_page: Make, recommendation: Json) -> None:
    text = read(place_page(recommendation)).text

    assert "ご本人の希望により除いたもの" in text
    assert "7件" in text and "4件" in text and "3件" in text


def test_without_an_origin_no_distance_is_told(place_page: Make, recommendation: Json) -> None:
    assert "今の住まいから" not in place_page(recommendation, origin_code=None)


def test_no_more_places_are_shown_in_full_than_asked(place_page: Make, recommendation: Json) -> None:
    assert place_page(recommendation, most=2).count('<li class="card"') == 2


def test_a_place_without_a_title_is_named_by_what_its_id_is(
    postings: list[Posting], place_page: Make, recommendation: Json
) -> None:
    first = recommendation["postings"][0]["posting_id"]
    untitled = [one.model_copy(update={"title": None}) if one.posting_id == first else one for one in postings]
    page = place_page(recommendation, postings=untitled)

    assert page.count(f'<span class="note">募集番号 {first}</span>') == 2


def test_figures_beside_a_bar_never_break_on_a_telephone(both_pages: list[str]) -> None:
    assert all(".score > * { flex: none; white-space: nowrap; }" in page for page in both_pages)


def test_an_applicant_without_any_place_is_told_what_to_do(place_page: Make, recommendation: Json) -> None:
    recommendation["postings"] = []

    assert "希望を一つゆるめると" in place_page(recommendation)


def test_a_recommended_posting_that_is_not_given_is_refused(place_page: Make, recommendation: Json) -> None:
    with pytest.raises(DocumentError, match="posting p-01459-01 is recommended but not among the 0 given"):
        place_page(recommendation, postings=[])


def _luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", ["ink", "soft", "blue", "deep", "good", "ask", "out"])
@pytest.mark.parametrize("ground", ["#ffffff", "#f5f8ff", "#fff8eb"])
def test_every_text_colour_has_contrast_enough(rank_page: Make, ranking: Json, name: str, ground: str) -> None:
    css = rank_page(ranking)
    colour = css.split(f"--{name}: ")[1][:7]
    light, dark = sorted((_luminance(colour), _luminance(ground)), reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.slow
def test_chromium_draws_both_pages(tmp_path: Path, both_pages: list[str]) -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        pytest.skip("Chromium is not installed: the pages are not rendered")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", f"--user-data-dir={tmp_path}/profile"]
    for number, page in enumerate(both_pages):
        source = tmp_path / f"page{number}.html"
        source.write_text(page, encoding="utf-8")
        command = [browser, *flags, "--disable-background-networking", "--dump-dom", source.as_uri()]
        drawn = subprocess.run(command, check=True, capture_output=True, timeout=120).stdout.decode()
        assert read(drawn).text.count("と幅") == read(page).text.count("と幅") > 0


@pytest.mark.parametrize(
    ("rule_id", "kind", "words"),
    [
        ("must-days", "days", "募集の条件を満たさない"),
        ("kig-presence", "days", "特別交付税措置の対象外（任用を禁じるものではありません）"),
        ("wish-region-refused", "region", "ご本人の希望により除いたもの"),
    ],
)
def test_a_rule_is_told_as_what_it_is(rule_id: str, kind: str, words: str) -> None:
    assert verdict_words(Rule(rule_id=rule_id, kind=kind, verdict="not_covered", sentence="")) == words


def test_a_rule_that_is_only_noted_says_so_and_decides_nothing(rank_page: Make, ranking: Json) -> None:
    rule = ranking["excluded"][0]["rules"][0] | {"note": True}
    ranking["candidates"][0]["verdicts"] = [rule, *ranking["candidates"][0]["verdicts"]]

    text = read(rank_page(ranking)).text
    overview = text.split("ひとりずつ")[0]

    assert "参考（自主財源の募集）" in text
    assert "参考（自主財源の募集）" not in overview


CHANCE = {"value": 0.31, "seats": 1, "applications": 4.2, "sentence": "席に届く見込みは低めです。"}


def test_each_place_tells_the_chance_in_words_and_why_it_stands_there(place_page: Make, recommendation: Json) -> None:
    recommendation["ordered"] = "合い具合の順をもとに、見ている方の少ない募集を上げています（広げ方 0.5）。"
    for line in recommendation["postings"]:
        line |= {"chance": CHANCE, "why_here": "合い具合では3番目ですが、順を上げています。"}
    page = place_page(recommendation)
    text, shown = read(page).text, 5  # places are shown in full

    assert text.count("席に届く見込みは低めです。") == shown
    assert text.count("この順の理由：合い具合では3番目ですが、順を上げています。") == shown
    assert text.count("10回に3回ほど") == shown
    assert page.count('aria-label="見込み 10回に3回ほど"') == 2 * shown
    assert "採用の約束ではなく" in text
    assert "（広げ方 0.5）" in text


def test_without_chances_nothing_is_said_of_them(place_page: Make, recommendation: Json) -> None:
    assert "見込みは" not in read(place_page(recommendation)).text.split("決める前に")[0]
    assert "席の見込み" not in place_page(recommendation)


def test_no_score_stands_beside_who_wants_no_automated_order(
    rank_page: Make, make_ranking: Callable[..., Json]
) -> None:
    ranking = make_ranking(1)
    before = read(rank_page(ranking)).text
    ranking["candidates"][0]["placed_by"] = "wish"
    after = read(rank_page(ranking)).text
    score = f"{ranking['candidates'][0]['score']:.2f}"

    assert score in before and score not in after
    assert after.count("順位づけを希望しない方") == 2
