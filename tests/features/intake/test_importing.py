"""From a file to a plan: nothing is lost, nothing is half stored, and the same file again changes nothing."""

from __future__ import annotations

import io
import json
import random
import zipfile
import zlib
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from features.intake import (
    ColumnChoice,
    ImportOptions,
    ImportPlan,
    IntakeError,
    Kind,
    Limits,
    OfficeMapping,
    plan_import,
)
from features.intake.headings import field_named
from features.json_files.record_files import dump_records, parse_records
from features.records import Applicant, Application, Posting, Records
from fixtures.intake.build import FOLDER
from fixtures.intake.writers import xlsx

HEAD = "受付番号,氏名,住民票所在地,資格・免許,志望動機"


def _csv(*rows: str, head: str = HEAD) -> bytes:
    return "\r\n".join((head, *rows)).encode("utf-8-sig")


def _plan(content: bytes, **options: object) -> ImportPlan:
    return plan_import(content, name="応募者.csv", options=ImportOptions(**options))  # type: ignore[arg-type]


def _file(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


@pytest.mark.parametrize(
    ("kind", "heading", "field"),
    [
        ("applicants", "受付№", "applicant_id"),
        ("applicants", "今までのお仕事", "occupations"),
        ("applicants", "おしごとの動機", "motivation_text"),
        ("applicants", "受付した日", "received_at"),
        ("applicants", "いつから来られますか", "available_from"),
        ("postings", "募集№", "posting_id"),
        ("postings", "しごとの内容", "mission_text"),
        ("postings", "応募〆切り", "deadline"),
        ("postings", "〆切", "deadline"),
        ("postings", "家", "housing"),
    ],
)
def test_a_heading_is_known_in_the_spellings_of_offices(kind: Kind, heading: str, field: str) -> None:
    found = field_named(kind, (heading,))

    assert found is not None
    assert (found.entry.name, found.confidence) == (field, 0.98)


@pytest.mark.parametrize("heading", ["No", "№", "の動機", "提出した書類の日"])
def test_what_only_looks_like_such_a_spelling_stays_unknown(heading: str) -> None:
    assert field_named("postings", (heading,)) is None


def test_the_same_file_again_changes_nothing() -> None:
    for name in (
        "applicants-plain.xlsx",
        "applicants-form-export.csv",
        "postings-plain.xlsx",
        "companies.xlsx",
        "applications.xlsx",
    ):
        first = plan_import(_file(name), name=name)
        again = plan_import(_file(name), name=name, options=ImportOptions(known=first.records))

        assert first.counts()["new"] == len(first.changes) > 0
        assert again.counts()["unchanged"] == len(again.changes) == len(first.changes)
        assert again.records == first.records


def test_a_row_that_names_no_call_is_pointed_out_until_its_person_has_applied() -> None:
    head = "受付番号,住所,志望動機,応募先"
    call = Posting(posting_id="p1", program="kyoryokutai", municipality_code="01468", headcount=1)
    rows = ("1,東京都港区,山。,p1", "2,東京都港区,海。,")
    plan = _plan(_csv(*rows, head=head), known=Records(postings=(call,)))

    assert not plan.lacks_call
    assert [(one.row, one.field, one.code) for one in plan.remarks] == [(3, "posting", "call_blank")]
    applied = Application(application_id="x", applicant_id="2", posting_id="p1")
    known = Records(postings=(call,), applicants=plan.records.applicants, applications=(applied,))
    assert _plan(_csv(*rows, head=head), known=known).remarks == ()
    assert _plan(_csv(*rows, head=head), known=Records(postings=(call,)), applied={"2"}).remarks == ()


def test_what_only_its_name_calls_a_workbook_is_said_to_be_none_unless_it_is_a_list_all_the_same() -> None:
    with pytest.raises(IntakeError, match="Excel のファイルとして読めません") as broken:
        plan_import(b"half a file\n", name="R8.XLSX")
    assert broken.value.mend.endswith("保存し直してください。")
    with pytest.raises(IntakeError, match="表の見出しが見つかりません"):
        plan_import(b"half a file\n", name="R8.csv")
    assert plan_import(_csv("1,架空 花子,東京都港区,なし,山。"), name="R8.xlsx").source.format == "csv"


def test_a_list_without_a_column_of_calls_says_so_as_a_whole() -> None:
    plan = _plan(_csv("1,架空 花子,東京都港区,なし,山で働きたい。"))

    assert plan.lacks_call
    assert plan.remarks == ()


def test_calls_whose_state_is_not_told_are_counted_with_what_becomes_of_them() -> None:
    head = "募集ID,市町村,募集人数,状態"
    rows = ("p,下川町,1,", "q,下川町,1,募集中", "r,下川町,1,下書き", "s,下川町,1,保留中")
    plan, opened = _plan(_csv(*rows, head=head)), _plan(_csv(*rows, head=head), publishes_new_calls=True)

    assert plan.notes[-1].startswith("状態が書かれていないか読めない新しい募集2件は「下書き」になります。")
    assert plan.drafted == (2, 5)
    assert opened.notes[-2].startswith("状態が書かれていない新しい募集1件を「募集中」にします")
    assert opened.notes[-1].startswith("状態が書かれていないか読めない新しい募集1件は「下書き」になります。")
    assert opened.drafted == (5,)
    assert not [note for note in _plan(_csv(*rows[1:3], head=head)).notes if "状態が書かれていない" in note]


def test_a_call_whose_deadline_has_passed_is_remarked_on_where_the_day_is_known() -> None:
    head = "募集ID,市町村,募集人数,状態,締切"
    rows = (
        "p,下川町,1,募集中,46000",
        "q,下川町,1,募集終了,2025/12/9",
        "r,下川町,1,募集中,2026/11/27",
        "s,下川町,1,,2026/11/26",
        "t,下川町,1,募集中,",
    )
    plan = _plan(_csv(*rows, head=head), on=date(2026, 11, 27))
    again = _plan(_csv(*rows, head=head), on=date(2026, 11, 27), known=plan.records)

    told = [(one.row, one.column, one.field) for one in plan.remarks if one.code == "deadline_past"]
    assert told == [(2, "E", "deadline"), (5, "E", "deadline")]
    assert [one.state for one in plan.records.postings] == ["open", "closed", "open", "draft", "open"]
    assert [one for one in again.remarks if one.code == "deadline_past"] == []
    assert _plan(_csv(*rows, head=head)).remarks == ()


def test_new_calls_are_drafts_unless_the_sheet_or_its_sender_says_otherwise_and_stored_ones_stay() -> None:
    head, rows = "募集ID,市町村,募集人数,状態", ("p,下川町,1,", "q,下川町,1,募集中", "r,下川町,1,保留中")
    plan = _plan(_csv(*rows, head=head))
    again = _plan(_csv("q,下川町,2", "p,下川町,3", head="募集ID,市町村,募集人数"), known=plan.records)
    opened = _plan(_csv(*rows, head=head), publishes_new_calls=True)

    assert [one.state for one in plan.records.postings] == ["draft", "open", "draft"]
    assert ([one.state for one in again.records.postings], again.drafted) == (["open", "draft"], ())
    assert [one.state for one in opened.records.postings] == ["open", "open", "draft"]


def test_a_changed_cell_changes_its_record_and_names_the_key_only() -> None:
    known = _plan(_csv("1,架空 花子,港区芝 東京都,なし,山で働きたい。".replace("港区芝 東京都", "東京都港区"))).records
    plan = _plan(_csv("1,架空 花子,東京都港区,看護師,山で働きたい。"), known=known)

    assert [(one.id, one.state, one.fields) for one in plan.changes] == [
        ("1", "changed", ("selection_profile.licences",))
    ]


def test_what_a_file_does_not_speak_of_stays_as_it_is() -> None:
    stored = Applicant.model_validate(
        {
            "applicant_id": "1",
            "programs": ["kyoryokutai"],
            "selection_profile": {
                "plan_text": "薪を売る。",
                "licences": ["nurse"],
                "origin": {"municipality_code": "13103", "zone": "outside"},
            },
            "consent": {"scout_ok": True},
        }
    )
    plan = _plan(_csv("1,架空 花子,東京都港区,,海で働きたい。"), known=Records(applicants=(stored,)))
    found = plan.records.applicants[0]

    assert found.selection_profile.plan_text == "薪を売る。"
    assert found.selection_profile.licences == ("nurse",)
    assert found.selection_profile.origin == stored.selection_profile.origin
    assert found.consent == stored.consent
    assert [one.fields for one in plan.changes] == [("selection_profile.motivation_text",)]


def test_a_word_for_unknown_takes_a_stored_value_back() -> None:
    stored = Posting(
        posting_id="p", program="kyoryokutai", municipality_code="01468", headcount=1, monthly_pay_yen=180_000
    )
    head = "募集番号,市町村,募集人数,月額報酬"
    plan = _plan(_csv("p,下川町,1,未定", head=head), known=Records(postings=(stored,)))

    assert plan.records.postings[0].monthly_pay_yen is None


def test_a_list_without_ids_gives_the_same_ids_in_another_order_and_others_under_another_key() -> None:
    head = "氏名,メールアドレス,住所,志望動機"
    rows = ["架空 花子,hanako@example.jp,東京都港区,山。", "見本 太郎,taro@example.jp,下川町,海。"]
    first, turned = _plan(_csv(*rows, head=head)), _plan(_csv(*rows[::-1], head=head))
    keyed = _plan(_csv(*rows, head=head), id_key=b"office")
    ids = [one.id for one in first.changes]

    assert ids == [one.id for one in turned.changes][::-1]
    assert not set(ids) & {one.id for one in keyed.changes}
    assert "hanako" not in json.dumps(first.records.model_dump(mode="json"))
    assert "架空" not in dump_records(first.records)


def test_two_namesakes_without_anything_else_are_refused_and_not_merged() -> None:
    plan = _plan(_csv("架空 花子,東京都港区,山。", "架空 花子,東京都港区,海。", head="氏名,住所,志望動機"))

    assert [issue.code for issue in plan.refused] == ["id_twice", "id_twice"]
    assert plan.changes == ()
    assert "3行と同じID" in plan.refused[0].reason


def test_one_person_with_two_applications_is_one_person_with_two_applications() -> None:
    head = "受付番号,住所,志望動機,応募先,志望順位"
    plan = _plan(_csv("1,東京都港区,山。,p1,1", "1,東京都港区,山。,p2,2", head=head))

    assert len(plan.records.applicants) == 1
    assert [(one.posting_id, one.wish_rank) for one in plan.records.applications] == [("p1", 1), ("p2", 2)]
    assert plan.refused == plan.skipped == ()


def test_a_row_whose_application_cannot_be_read_stores_no_person_either() -> None:
    plan = _plan(_csv("1,東京都港区,山。,p1,一番いい所", head="受付番号,住所,志望動機,応募先,志望順位"))

    assert plan.records == Records()
    assert [issue.code for issue in plan.refused] == ["rank_unreadable"]


def test_a_posting_is_found_by_its_title_and_never_guessed() -> None:
    def call(an_id: str, title: str) -> Posting:
        return Posting(posting_id=an_id, program="kyoryokutai", municipality_code="01468", headcount=1, title=title)

    known = Records(postings=(call("p1", "森の担い手"), call("p2", "同じ題"), call("p3", "同じ題")))
    head = "応募者ID,応募先,受付日"
    rows = ("a,森の 担い手", "b,同じ題", "c,海の担い手", "d,p2", "e,Web広報")
    plan = _plan(_csv(*(f"{row},R8.11.1" for row in rows), head=head), known=known)

    assert [(one.applicant_id, one.posting_id) for one in plan.records.applications] == [("a", "p1"), ("d", "p2")]
    assert [(issue.code, issue.candidates) for issue in plan.refused] == [
        ("posting_ambiguous", ("p2", "p3")),
        ("posting_unknown", ("森の担い手",)),  # what it may mean is told
        ("posting_unknown", ()),
    ]


def test_a_pair_that_is_stored_under_another_id_is_updated_and_not_doubled() -> None:
    stored = Application(application_id="own-7", applicant_id="a", posting_id="p1")
    plan = _plan(
        _csv("a,p1,R8.11.1,面接", head="応募者ID,応募先,受付日,選考状況"), known=Records(applications=(stored,))
    )

    assert [(one.id, one.state, one.fields) for one in plan.changes] == [
        ("own-7", "changed", ("received_at", "status"))
    ]


def test_an_application_of_nobody_known_is_refused() -> None:
    known = Records(applicants=(Applicant(applicant_id="a", programs=("kyoryokutai",)),))
    plan = _plan(_csv("a,p1,R8.11.1", "b,p1,R8.11.1", head="応募者ID,応募先,受付日"), known=known)

    assert [one.applicant_id for one in plan.records.applications] == ["a"]
    assert [(issue.row, issue.code) for issue in plan.refused] == [(3, "applicant_unknown")]


def test_a_remembered_choice_is_used_and_the_guard_comes_before_it() -> None:
    head = "番号札,すまい,ひとこと,生年月日"
    content = _csv("1,東京都港区,山で働きたい。,昭和63年1月2日", head=head)
    choices = {
        "番号札": "applicant_id",
        "すまい": "origin",
        "ひとこと": "motivation_text",
        "生年月日": "available_from",
    }
    mapping = OfficeMapping(
        kind="applicants", columns=tuple(ColumnChoice(heading=h, field=f) for h, f in choices.items())
    )
    plan = _plan(content, mapping=OfficeMapping.model_validate_json(mapping.model_dump_json()))
    profile = plan.records.applicants[0].selection_profile

    assert (profile.motivation_text, profile.available_from) == ("山で働きたい。", None)
    assert [use.column.heading for use in plan.dropped] == ["生年月日"]
    assert all(use.is_remembered and use.confidence == 1 for use in plan.uses if use.use == "read")
    assert {choice.heading: choice.field for choice in plan.mapping.columns} == {
        heading: field for heading, field in choices.items() if heading != "生年月日"
    }


def test_a_choice_not_to_read_a_column_is_remembered() -> None:
    first = _plan(_csv("1,東京都港区,看護師,山。", head="受付番号,住所,資格,志望動機"))
    columns = tuple(
        choice if choice.heading != "資格" else ColumnChoice(heading="資格") for choice in first.mapping.columns
    )
    plan = _plan(
        _csv("1,東京都港区,看護師,山。", head="受付番号,住所,資格,志望動機"),
        mapping=OfficeMapping(kind="applicants", columns=columns),
    )

    assert plan.records.applicants[0].selection_profile.licences is None
    assert ColumnChoice(heading="資格", field=None) in plan.mapping.columns


def test_the_report_for_a_log_holds_no_cell() -> None:
    content = _csv("秘1,秘密 花子,府中市秘密,秘密免許,秘密です。", "秘2,秘密 太郎,東京都港区,秘密免許,秘密です。")
    plan = _plan(content)
    shown, logged = (
        json.dumps(plan.to_json(), ensure_ascii=False),
        json.dumps(plan.to_json(with_values=False), ensure_ascii=False),
    )

    assert "秘密" in shown
    assert "秘密" not in logged
    assert plan.refused[0].to_json(with_values=False)["reason"] == "同じ名前の市区町村が二つ以上あります。"


def test_dropped_columns_show_no_sample_anywhere() -> None:
    content = _csv("1,東京都港区,極秘の病,極秘の国", head="受付番号,住所,健康状態,国籍")
    plan = _plan(content)

    assert "極秘" not in json.dumps(plan.to_json(), ensure_ascii=False)
    assert "極秘" not in dump_records(plan.records)


def test_what_a_text_tells_is_counted_and_not_repeated() -> None:
    plan = _plan(_csv("1,東京都港区,32歳の男性です。山で働きたい。", head="受付番号,住所,志望動機"))

    assert {(told.row, told.field, told.item, told.count) for told in plan.told} == {
        (2, "motivation_text", "age", 1),
        (2, "motivation_text", "sex", 1),
    }
    assert _plan(_csv("1,東京都港区,32歳の男性です。", head="受付番号,住所,志望動機"), reads_texts=False).told == ()


def test_a_call_that_asks_what_must_not_be_asked_is_told() -> None:
    head = "募集番号,市町村,募集人数,活動内容"
    plan = _plan(_csv("p,下川町,1,40歳までの健康な方を求めます。", head=head))

    assert {told.item for told in plan.told} == {"age", "health"}


def test_records_of_a_plan_read_back_from_their_file() -> None:
    plan = plan_import(_file("applicants-form-export.csv"), name="a.csv")

    assert parse_records(dump_records(plan.records), place="a.json") == plan.records


@pytest.mark.parametrize("name", ["applicants-plain.xlsx", "applicants-excel97.xls", "applicants-cp932.csv"])
def test_a_damaged_file_is_refused_or_read_and_never_ends_the_process(name: str) -> None:
    content, rng = _file(name), random.Random(7)
    for _ in range(150):
        damaged = bytearray(content)
        for _ in range(rng.randint(1, 12)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        cut = bytes(damaged[: rng.randint(1, len(damaged))]) if rng.random() < 0.3 else bytes(damaged)
        try:
            plan = plan_import(cut, name=name)
        except IntakeError as error:
            assert error.mend
        else:
            assert isinstance(plan, ImportPlan)


@settings(max_examples=60)
@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=6), max_size=8))
def test_no_table_of_texts_makes_the_intake_fail(rows: list[list[str]]) -> None:
    body = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [HEAD.split(","), *rows])
    try:
        plan = plan_import(body.encode("utf-8", "surrogatepass"), name="a.csv")
    except IntakeError as error:
        assert error.mend
    else:
        rows_told = (
            {one.row for one in plan.changes} | {one.row for one in plan.refused} | {one.row for one in plan.skipped}
        )
        assert len(rows_told) <= len(rows)


def test_a_part_that_lies_about_its_size_is_measured_by_its_data() -> None:
    content = bytearray(_file("hostile-zip-bomb.xlsx"))
    place = bytes(content).find(b"PK\x01\x02")
    while place >= 0:
        content[place + 24 : place + 28] = (100).to_bytes(4, "little")
        place = bytes(content).find(b"PK\x01\x02", place + 4)

    with pytest.raises(IntakeError, match="極端に大きくふくらみます"):
        plan_import(bytes(content), name="a.xlsx")


def test_a_reference_cut_in_two_pieces_is_still_seen() -> None:
    piece = 1024 * 1024
    for shift in range(0, 30, 3):
        start = b"<worksheet><sheetData>" + b" " * (piece - 22 - shift)
        sheet = start + b'<row><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
        with pytest.raises(IntakeError, match="右下の端が遠すぎます"):
            plan_import(_with_sheet(sheet), name="a.xlsx")


def _with_sheet(sheet: bytes) -> bytes:
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_file("applicants-plain.xlsx"))) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as new,
    ):
        for info in old.infolist():
            new.writestr(info.filename, sheet if info.filename.endswith("sheet1.xml") else old.read(info))
    return file.getvalue()


def test_more_rows_or_bytes_than_the_limits_are_refused_whole() -> None:
    content = _csv(*(f"{n},架空 花子,東京都港区,なし,山。" for n in range(30)))

    with pytest.raises(IntakeError, match="CSV が大きすぎます"):
        _plan(content, limits=Limits(rows=20))
    with pytest.raises(IntakeError, match="ファイルが大きすぎます"):
        _plan(content, limits=Limits(size=100))
    with pytest.raises(IntakeError, match="行 × "):
        plan_import(_file("applicants-plain.xlsx"), name="a", options=ImportOptions(limits=Limits(rows=3)))


@pytest.mark.slow
def test_two_hundred_thousand_rows_are_read_and_every_one_is_told() -> None:
    rows = (f"a{n},p{n % 90},{'R8.11.1' if n % 1000 else '11月1日'}" for n in range(200_000))
    plan = plan_import("\n".join(("応募者ID,応募先,受付日", *rows)).encode("cp932"), name="応募.csv")

    assert len(plan.changes) == 199_800
    assert len(plan.refused) == 200
    assert plan.counts()["skipped_rows"] == 0


def test_an_unknown_kind_is_refused_with_the_kinds_that_are_known() -> None:
    with pytest.raises(IntakeError, match="応募者、募集、応募（誰がどこへ）、企業"):
        _plan("備考,メモ,点数\n1,2,3\n".encode())


def test_many_cells_that_show_one_long_text_are_counted() -> None:
    rows = [["受付番号", "志望動機"], *([str(n), "長い文" * 1000] for n in range(30))]

    with pytest.raises(IntakeError, match="表の文字が多すぎます"):
        plan_import(xlsx({"応募者": rows}), name="a.xlsx", options=ImportOptions(limits=Limits(characters=50_000)))


def test_data_below_a_cell_merged_over_it_is_not_overwritten() -> None:
    rows = [["募集番号", "市町村", "募集人数"], ["p1", "下川町", 1.0], ["p2", "", 1.0]]

    def merge(book: xlsxwriter.Workbook) -> None:
        book.worksheets()[0].merge_range(1, 1, 2, 1, "海士町")
        book.worksheets()[0].write(2, 1, "十日町市")

    plan = plan_import(xlsx({"募集": rows}, finish=merge), name="a.xlsx")

    assert [call.municipality_code for call in plan.records.postings] == ["32525", "15210"]


def test_a_sheet_is_chosen_by_name() -> None:
    content = _file("applicants-several-sheets.xlsx")

    with pytest.raises(IntakeError, match="ある名前: 表紙、一覧、メモ"):
        _plan(content, sheet="旧")
    assert _plan(content, sheet="一覧").source.sheet == "一覧"


def test_a_workbook_of_a_kind_that_is_not_read_says_how_to_save_it() -> None:
    def packed(name: str, body: bytes) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(name, body)
        return file.getvalue()

    for content in (
        packed("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        packed("xl/workbook.bin", b"x"),
    ):
        with pytest.raises(IntakeError, match="を選んで保存し直してください"):
            plan_import(content, name="a.ods")


def test_packed_data_that_is_no_deflate_is_refused() -> None:
    content = bytearray(_file("applicants-plain.xlsx"))
    place = bytes(content).find(zlib.compress(b"")[2:3])
    content[40 : 40 + 60] = b"\xff" * 60

    assert place >= 0
    with pytest.raises(IntakeError):
        plan_import(bytes(content), name="a.xlsx")


def test_a_list_whose_cells_are_words_that_other_lists_have_as_headings_is_no_form() -> None:
    rows = [
        f"B{n},架空の募集{n},集落で空き家を調べる。,1名,{('家賃補助', '家賃補助あり')[n % 2]},普通自動車免許"
        for n in range(6)
    ]
    head = "募集ID,題名,活動内容,募集人数,住まい,必要な資格"
    plan = _plan(_csv(*rows, head=head), kind="postings", municipality_code="01468")

    assert (plan.counts()["new"], plan.refused) == (6, ())
    assert {posting.housing for posting in plan.records.postings} == {"subsidy"}


def test_what_the_office_chose_before_is_asked_for_once_by_the_kind_that_the_headings_say() -> None:
    content = _csv("1,,大阪市北区,,森で働きたい。")
    unread = OfficeMapping(kind="applicants", columns=(ColumnChoice(heading="志望動機", field=None),))
    asked: list[str] = []

    def remembered(kind: str) -> OfficeMapping:
        asked.append(kind)
        return unread

    plan = plan_import(content, name="a.csv", remembered=remembered)
    said = plan_import(content, name="a.csv", options=ImportOptions(mapping=unread), remembered=remembered)

    assert asked == ["applicants"]
    assert [use.use for use in plan.uses if use.column.heading == "志望動機"] == ["unkept"]
    assert plan.to_json() == said.to_json()
