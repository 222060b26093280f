"""Macros and small parts that every page is built from."""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace
from typing import Annotated

import pytest
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.accounts.reach import Reach
from api.http.schemas import Page
from api.pages.errors import Fault, FormError, PseudonymError
from api.pages.forms import FormModel, FormState
from api.pages.forms import _record as record
from api.pages.japan_map import japan_map, map_point
from api.pages.languages import language_of
from api.pages.local_paths import local_path
from api.pages.place_search import MOST_CHOICES, meant_by
from api.pages.pseudonymous import shown_to
from api.pages.shell import PageShell
from api.pages.templating import environment
from api.pages.words import words_in
from api.settings import Settings
from features.plain_values import Day


def _request(path: str = "/", **headers: str) -> Request:
    app = SimpleNamespace(state=SimpleNamespace(settings=Settings(sign_in="required")))
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(b"host", b"127.0.0.1"), *sent],
            "scheme": "http",
            "server": ("127.0.0.1", 80),
            "app": app,
            "state": {},
        }
    )


def _drawn(template: str, **content: object) -> str:
    shell = PageShell(_request())
    return environment().from_string(template).render(shell=shell, t=words_in("ja"), language="ja", **content)


@pytest.mark.parametrize("text", ["\ufe00", "　\ufe0f "])
def test_what_cannot_be_seen_names_no_municipality(text: str) -> None:
    meant = meant_by("place", text)

    assert (meant.place, list(meant.choices)) == (None, [])
    assert meant.fault == Fault("place", ("fault.missing",))


class Sent(FormModel):
    """A form of the tests."""

    name: str
    headcount: int = 1
    kinds: tuple[str, ...] = ()


class Measured(FormModel):
    """Numbers, a day and texts."""

    name: str = ""
    yen: Annotated[int, Field(ge=0)] | None = None
    share: Annotated[float, Field(gt=0, lt=1)] | None = None
    day: Day | None = None
    number: Annotated[str, Field(pattern="^[a-z]+$")] | None = None


def test_blank_fields_are_left_out_and_lists_are_kept() -> None:
    assert record(Sent, {"name": ["雪"], "headcount": [" "], "kinds": ["a", "", "b"]}) == Sent(
        name="雪", kinds=("a", "b")
    )


def test_faults_name_fields_and_words_and_never_what_was_typed() -> None:
    with pytest.raises(FormError) as error:
        record(Sent, {"headcount": ["秘密"], "unknown": ["x"]})
    faults = {fault.name: fault.keys[-1] for fault in error.value.form_faults}

    assert faults == {"name": "fault.missing", "headcount": "fault.number", "unknown": "fault.other"}
    assert "秘密" not in str(error.value)


def test_numbers_and_days_are_read_as_typed_and_texts_are_left_alone() -> None:
    sent = record(
        Measured, {"name": ["１，０００円"], "yen": ["１８０,０００円"], "share": [" ０．５ "], "day": ["2026.4.1"]}
    )

    assert sent == Measured(name="１，０００円", yen=180_000, share=0.5, day=date(2026, 4, 1))


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("yen", "1,5", "数字で入力してください。"),
        ("share", "1", "1より小さい数で入力してください。"),
        ("share", "0", "0より大きい数で入力してください。"),
        ("day", "2026/2/30", "日付を 2026-04-01 か 2026/4/1 のように入力してください。"),
        ("number", "../x y", "使えない文字があるか、文字の数が違います。"),
    ],
)
def test_a_fault_says_which_numbers_days_and_signs_are_taken(name: str, text: str, words: str) -> None:
    with pytest.raises(FormError) as error:
        record(Measured, {name: [text]})

    assert [PageShell(_request()).fault_words(fault) for fault in error.value.form_faults] == [words]


def test_every_value_of_a_form_is_escaped() -> None:
    form = FormState({"name": ['"><script>alert(1)</script>']}, [Fault("name", ("fault.missing",))])
    text = _drawn(
        '{% import "macros/forms.html.j2" as f with context %}{{ f.text(form, "name", "名前") }}'
        '{{ f.area(form, "name", "名前") }}',
        form=form,
    )

    assert "<script>" not in text
    assert text.count("&#34;&gt;&lt;script&gt;") == 2


def test_a_score_is_told_by_length_bracket_and_number() -> None:
    text = _drawn('{% import "macros/charts.html.j2" as c with context %}{{ c.score_bar(0.72, 0.6, 1.4, "適合度") }}')

    assert 'aria-label="適合度 0.72、幅 0.60から1.40"' in text
    assert 'class="bar-value" width="172.8"' in text
    assert 'd="M144.0 15v6M144.0 18H240' in text
    assert "0.60–1.40" in text


def test_a_bar_without_words_is_for_the_eye_alone_and_ends_where_its_track_does() -> None:
    text = _drawn("{{ bar(1.4, width=200) }}{{ bar(-1, width=200) }}")

    assert text.count('aria-hidden="true"') == 2
    assert ('class="bar-value" width="200.0"' in text, 'class="bar-value" width="0.0"' in text) == (True, True)
    assert "bar-range" not in text


def test_what_a_bar_says_is_escaped() -> None:
    assert '"><b>' not in _drawn("{{ bar(0.5, words='\"><b>') }}")


def test_points_that_lead_somewhere_are_links_with_names_in_map_and_table() -> None:
    points = [map_point(code, words="1席", href=f"/towns/{code}") for code in ("01468", "47207")]
    text = _drawn(
        '{% import "macros/map.html.j2" as m with context %}{{ m.japan_map(map, ["市町村", "席"]) }}',
        map=japan_map(points, title="募集のある市町村"),
    )

    assert text.count('href="/towns/01468"') == 2
    assert 'aria-label="沖縄県石垣市 1席"' in text
    assert 'role="group"' in text


def test_names_on_the_map_never_cover_one_another() -> None:
    codes = ["13101", "13103", "13112", "14100", "11100", "12100", "08220", "10201"]
    labels = japan_map([map_point(code) for code in codes], title="").labels

    for index, one in enumerate(labels):
        for other in labels[:index]:
            assert abs(one.y - other.y) >= 30 or abs(one.x - other.x) >= 31 * min(len(one.name), len(other.name))


def test_a_line_is_drawn_inside_one_frame_only() -> None:
    tokyo, hokkaido, okinawa = (map_point(code) for code in ("13103", "01468", "47207"))

    assert japan_map([tokyo, hokkaido], title="", line=(tokyo, hokkaido)).line is not None
    assert japan_map([tokyo, okinawa], title="", line=(tokyo, okinawa)).line is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("しもかわ", "01468"),
        ("shimokawa", "01468"),
        ("01468", "01468"),
        ("横浜市青葉区", "14100"),
        ("東京都　港区", "13103"),
    ],
)
def test_a_place_is_understood_as_people_write_it(text: str, code: str) -> None:
    found = meant_by("origin", text)

    assert found.place is not None
    assert found.place.code == code


def test_choices_tell_the_ward_that_was_typed() -> None:
    assert [one.name for one in meant_by("origin", "港区").choices][:2] == ["東京都港区", "愛知県名古屋市（港区）"]
    assert [one.name for one in meant_by("origin", "伊達市").choices] == ["北海道伊達市", "福島県伊達市"]


def test_an_unclear_place_comes_with_its_choices_and_a_choice_counts_only_among_them() -> None:
    assert [one.code for one in meant_by("origin", "伊達市").choices] == ["01233", "07213"]
    assert meant_by("origin", "伊達市", "01468").place is None
    assert meant_by("origin", "どこにもない").fault == Fault("origin", ("fault.place_unknown",))
    many = meant_by("origin", "山")
    assert many.choices == ()
    assert many.fault is not None
    assert many.fault.put_in["count"] > MOST_CHOICES  # type: ignore[operator]


@pytest.mark.parametrize(
    ("asked", "language"),
    [("", "ja"), ("en-GB,en;q=0.9", "en"), ("fr,en;q=0.5", "en"), ("ja,en", "ja"), ("zh-CN", "ja")],
)
def test_the_language_is_what_the_browser_asks_for_first(asked: str, language: str) -> None:
    assert language_of(_request(accept_language=asked)) == language


def test_the_chosen_language_counts_before_the_browsers() -> None:
    assert language_of(_request(accept_language="ja", cookie="enmusubi-language=en")) == "en"
    assert language_of(_request(accept_language="ja", cookie="enmusubi-language=xx")) == "ja"


@pytest.mark.parametrize("text", ["//a", "/\\a", "http://a", "", "/\ta", "/a\nb", "a", "/" + "x" * 3000])
def test_only_paths_of_this_service_are_gone_back_to(text: str) -> None:
    assert local_path(text) == "/"


class Answer(Page):
    """An answer with people in it."""

    applicants: list[dict[str, str]]


def test_no_page_shows_records_to_a_researcher_that_were_not_pseudonymised() -> None:
    request = _request()
    request.state.must_be_pseudonymised = True
    shell = PageShell(request)
    with pytest.raises(PseudonymError, match="shows records to a researcher"):
        shell.page("start.html.j2", place="")

    answer = Answer(applicants=[{"applicant_id": "a1", "name": "x"}], total=1, limit=1, offset=0)
    told = shown_to(request, Reach(pseudonym_key="k"), answer)
    assert "a1" not in re.sub("r-[0-9a-f]+", "", str(told))
    drawn = shell.page("start.html.j2", place="")
    assert isinstance(drawn, Response)
    assert drawn.status_code == 200
