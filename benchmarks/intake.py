"""Reading a list of applicants with its preview, against the bare reading of its cells.

``python -m benchmarks.intake [--rows 10000]``: an invented list with a title, every mapped column in the spelling of an
office, two columns that must be dropped, and texts of three sentences that repeat nothing.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable
from typing import TypeVar

import xlsxwriter
from python_calamine import CalamineWorkbook

from features.intake import ImportOptions, plan_import
from features.reference import municipality_table

__all__ = ["people_workbook"]

_T = TypeVar("_T")
_HEAD = (
    *("受付番号", "氏名", "生年月日", "性別", "住民票所在地", "職歴", "資格・免許", "語学", "希望活動分野"),
    *("着任可能日", "希望月収", "志望動機", "活動計画", "応募先", "受付日", "選考状況"),
)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=10_000)
    rows = options.parse_args().rows
    workbook, text = people_workbook(rows), _text(rows)
    plan_import(people_workbook(50), name="warm.xlsx")
    print(
        f"{rows:,} rows × {len(_HEAD)} columns, {len(workbook) / 1e6:.1f} MB as xlsx, {len(text) / 1e6:.1f} MB as CSV"
    )
    cells, bare = _timed(
        lambda: sum(1 for _ in CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0).iter_rows())
    )
    print(f"the cells alone, {cells:,} rows      {bare:7.2f} s")
    for name, content in (("xlsx", workbook), ("csv in CP932", text)):
        plan, seconds = _timed(
            lambda content=content: plan_import(content, name="a", options=ImportOptions(reads_texts=False))
        )
        print(f"{name:12} plan without texts  {seconds:7.2f} s   ({seconds / bare:.1f} ×)  {plan.counts()}")
        plan, seconds = _timed(lambda content=content: plan_import(content, name="a"))
        print(f"{name:12} plan with texts     {seconds:7.2f} s   ({len(plan.told):,} findings)")
    known = plan.records
    plan, seconds = _timed(lambda: plan_import(workbook, name="a", options=ImportOptions(known=known)))
    print(f"again, against the stored ones  {seconds:7.2f} s   {plan.counts()}")
    _, seconds = _timed(lambda: len(str(plan.to_json())))
    print(f"the report as JSON              {seconds:7.2f} s")


def _rows(rows: int) -> list[tuple[str, ...]]:
    places = [pref + name for pref, name in municipality_table()["pref", "name"].iter_rows()]
    return [
        (
            *(f"R8-{n:06}", f"架空　{n}号", f"平成{n % 12 + 1}年{n % 12 + 1}月{n % 28 + 1}日", "男女"[n % 2]),
            *(
                f"〒100-{n % 10000:04}　{places[n % len(places)]}架空{n}-1",
                f"店の仕入れ（{n % 20}年）、帳簿",
                "普通自動車免許（ＡＴ限定）、簿記２級",
            ),
            *(
                "英語B2、韓国語A1" if n % 3 else "なし",
                "農業、情報発信" if n % 2 else "観光、教育",
                f"令和９年{n % 12 + 1}月１日",
                f"{18 + n % 5}万円",
            ),
            f"{n}番目の畑で三年働きました。土を作り、売り先を{n % 37}件広げました。海の見える町で続けたいです。",
            f"{n}年目までに店を開きます。役場と月{n % 9}回話します。住む人と祭りを続けます。",
            *(f"p{n % 50}", f"2026/11/{n % 28 + 1}", "受付"),
        )
        for n in range(rows)
    ]


def people_workbook(rows: int) -> bytes:
    """An office's list of ``rows`` invented applicants, who apply to 50 postings ``p0`` to ``p49``."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("応募者")
    sheet.write(0, 0, "応募者一覧")
    for r, row in enumerate((_HEAD, *_rows(rows)), 2):
        sheet.write_row(r, 0, row)
    book.close()
    return file.getvalue()


def _text(rows: int) -> bytes:
    return "\r\n".join(",".join(row) for row in (_HEAD, *_rows(rows))).encode("cp932")


def _timed(run: Callable[[], _T]) -> tuple[_T, float]:
    begun = time.process_time()
    found = run()
    return found, time.process_time() - begun


if __name__ == "__main__":
    main()
