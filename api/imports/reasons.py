"""Why a row that was read is not stored, and what its sender can do, in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from features.intake import ImportPlan, Issue
from features.intake.sheet import column_letters

__all__ = ["REASONS", "issue_of"]

REASONS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "not_own_municipality": (
            "ほかの市町村の募集です。",
            "市町村の列を確かめ、ほかの市町村の行はその担当者に渡してください。",
        ),
        "not_entered_here": ("この市町村が登録した記録ではありません。", "内容を変えるときは本人に頼んでください。"),
        "companies_elsewhere": ("企業の一覧は、管理者だけが取り込めます。", "管理者に頼んでください。"),
        "conflict_of_interest": (
            "利益相反の申告がある募集です。",
            "この募集の応募は、ほかの担当者が取り込んでください。",
        ),
        "posting_move": (
            "募集の状態を、登録済みの状態からそのようには変えられません。",
            "状態の列を確かめてください。",
        ),
        "findings": (
            "公開する募集に、公開してはならない内容があります（年齢や性別の条件など）。",
            "その内容を直すか、状態の列を「下書き」にして取り込み、公開の画面で確かめてください。",
        ),
        "seats": ("決まった人の数より席が少なくなります。", "募集人数を確かめてください。"),
        "version": (
            "募集の版の番号が登録済みのものと違います。",
            "版の列を空にするか、いまの番号を書いてください。",
        ),
        "out_of_range": ("数が大きすぎます。", "値を確かめてください。"),
        "not_open": (
            "応募を受け付けていない募集です。",
            "下書きの募集は先に公開し、締切の前に届いたものには受付日の列を足してください。",
        ),
        "decided": (
            "選考の決定が記録された応募なので、応募者と応募先は変えられません。",
            "新しい応募として入れてください。",
        ),
        "posting_unknown": (
            "その募集は登録されていません。",
            "先に募集を登録してください。題名か番号が同じなら、その募集への応募になります。",
        ),
        "names_unknown": ("その応募者か募集は登録されていません。", "先に取り込むか、IDを直してください。"),
        "id_taken": ("このIDは、ほかの記録に使われています。", "別のIDにしてください。"),
        "id_too_long": ("IDが長すぎます。", "IDを短くしてください。"),
        "id_twice": ("ほかの行と同じIDになります。", "IDを分けるか、正しいほうだけを残してください。"),
        "not_allowed": ("この記録は取り込めません。", "その記録の画面で入れてください。"),
        "status_left": ("選考状況は取り込みません。", "選考の画面で、決定として記録してください。"),
    }
)


def issue_of(plan: ImportPlan, row: int, code: str, field: str) -> Issue:
    """What is said of a whole row (of a column, in a turned form)."""
    reason, mend = REASONS[code]
    number, column = (1, column_letters(row - 1)) if plan.source.is_turned else (row, "")
    return Issue(number, column, "", field, "", code, reason, mend)
