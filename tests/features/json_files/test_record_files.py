"""Files of records: what is read, and the one line that says what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from features.errors import RecordError
from features.json_files.record_files import dump_records, load_records, merge_records, parse_records

APPLICANT = {"applicant_id": "a1", "programs": ["kyoryokutai"]}
POSTING = {"posting_id": "p1", "program": "kyoryokutai", "municipality_code": "01468", "headcount": 1}


def _text(**parts: object) -> str:
    return json.dumps(parts)


def _fault(text: str) -> str:
    with pytest.raises(RecordError) as caught:
        parse_records(text, place="f.json")
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_records_read_back_as_they_were_written() -> None:
    profile = {"skills": [], "languages": [{"code": "en", "cefr": "B2"}], "origin": {"municipality_code": "13112"}}
    records = parse_records(
        _text(applicants=[APPLICANT | {"selection_profile": profile}], postings=[POSTING]), place="f.json"
    )

    assert parse_records(dump_records(records), place="f.json") == records
    assert records.applicants[0].selection_profile.skills == ()
    assert records.applicants[0].selection_profile.licences is None


@pytest.mark.parametrize(("given", "read"), [("14101", "14100"), ("011002", "01100"), ("01468", "01468")])
def test_codes_are_read_as_five_digit_cities(given: str, read: str) -> None:
    records = parse_records(_text(postings=[POSTING | {"municipality_code": given}]), place="f.json")

    assert records.postings[0].municipality_code == read


def test_jlpt_grades_become_cefr_levels() -> None:
    profile = {"languages": [{"code": "ja", "cefr": "N2"}]}
    records = parse_records(_text(applicants=[APPLICANT | {"selection_profile": profile}]), place="f.json")

    assert (records.applicants[0].selection_profile.languages or ())[0].cefr == "B2"


def test_an_unknown_key_is_named_with_the_known_ones() -> None:
    message = _fault(_text(applicants=[APPLICANT, {**APPLICANT, "applicant_id": "a2", "age": 34}]))

    assert message.startswith("f.json: applicants[1].age: unknown key, known keys: applicant_id, programs")
    assert "34" not in message


def test_an_unknown_key_inside_a_profile_lists_the_keys_of_that_profile() -> None:
    message = _fault(_text(applicants=[APPLICANT | {"selection_profile": {"skils": []}}]))

    assert message.startswith("f.json: applicants[0].selection_profile.skils: unknown key, known keys: origin, ")


def test_a_wrong_value_names_the_allowed_ones_and_not_what_a_person_wrote() -> None:
    message = _fault(_text(applicants=[APPLICANT | {"private_preferences": {"housing_need": "my secret"}}]))

    assert (
        "applicants[0].private_preferences.housing_need: expected one of 'single', 'couple', 'family', 'none'"
        in message
    )
    assert "secret" not in message


def test_a_missing_key_is_named() -> None:
    assert _fault(_text(postings=[{"posting_id": "p1"}])).startswith("f.json: postings[0].program: missing")


def test_a_key_that_occurs_twice_is_refused() -> None:
    text = '{"applicants": [{"applicant_id": "a1", "applicant_id": "a2", "programs": []}]}'

    assert _fault(text) == "f.json: key applicant_id occurs twice in one object, expected once"


def test_an_id_that_occurs_twice_is_refused() -> None:
    assert _fault(_text(applicants=[APPLICANT, APPLICANT])) == (
        "f.json: applicant_id a1 occurs twice, in entries 0 and 1"
    )


def test_broken_json_is_located() -> None:
    assert _fault('{"applicants": [}') == "f.json: not JSON at line 1, column 17: Expecting value"


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_not_a_number_is_no_number(constant: str) -> None:
    text = '{"postings": [{"headcount": ' + constant + "}]}"

    assert _fault(text) == f"f.json: {constant} is not a JSON number"


def test_a_list_at_the_top_is_refused() -> None:
    assert "the top level is not an object" in _fault("[]")


def test_an_application_must_name_people_and_postings_that_are_there(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    wish = {"application_id": "x", "applicant_id": "a9", "posting_id": "p1"}
    path.write_text(_text(applicants=[APPLICANT], postings=[POSTING], applications=[wish]))

    with pytest.raises(RecordError, match=r"^f\.json: applications\[0\]\.applicant_id names a9, which is not among"):
        load_records(path)


def test_a_file_named_twice_is_read_once_and_equal_records_count_once(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    path.write_text("\ufeff" + _text(applicants=[APPLICANT], postings=[POSTING]), encoding="utf-8")
    copy = tmp_path / "g.json"
    copy.write_text(_text(applicants=[APPLICANT]))

    assert load_records([path, path]) == load_records([path, copy])


def test_one_id_with_two_contents_is_refused() -> None:
    one = parse_records(_text(applicants=[APPLICANT]), place="f.json")
    other = parse_records(_text(applicants=[APPLICANT | {"programs": ["kigyojin"]}]), place="g.json")

    with pytest.raises(RecordError, match="applicant a1 stands in two files with different content"):
        merge_records([one, other])


def test_a_file_that_is_not_utf8_says_so(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    path.write_bytes('{"postings": "縁"}'.encode("cp932"))

    with pytest.raises(RecordError, match=r"^f\.json: not UTF-8 at byte 14; save the file as UTF-8$"):
        load_records(path)


def test_seats_left_cannot_exceed_the_headcount() -> None:
    message = _fault(_text(postings=[POSTING | {"headcount": 1, "seats_left": 2}]))

    assert message == "f.json: postings[0]: seats_left is 2, expected at most headcount 1"


@pytest.mark.parametrize(
    ("text", "words"), [("[" * 100_000, "nested too deeply"), ("[" + "1" * 5_000 + "]", "too many digits")]
)
def test_json_that_only_breaks_a_reader_is_refused_in_one_line(text: str, words: str) -> None:
    assert words in _fault(text)
