"""Every command of ``enmusubi``: its name, the module that has it and its line of help, in the order of ``--help``.

The line is written in the module too, where the command is: a test compares the two. Here it stands so that the list
can be shown, and one command run, without importing what the others need.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["CATALOGUE", "Entry"]


@dataclass(frozen=True)
class Entry:
    """One command, or one group of commands.

    Attributes
    ----------
    name : str
        The word after ``enmusubi``.
    module : str
        Module of ``api.commands`` with a function ``register`` that adds the command, or the group itself as ``app``.
    help : str
        The line of help, as the module has it.
    """

    name: str
    module: str
    help: str


CATALOGUE: Final = (
    Entry("demo", "demo", "見本の全国市場で、規則・順番・提案・配置の案・検算・書類を一度に行います。"),
    Entry("synthesise", "synthesise", "見本の市場（架空の人、実在の市区町村）をJSONに書き出します。"),
    Entry("serve", "serve", "サービスを起動します。設定は環境変数 ENMUSUBI_… で行い、起動時に一覧を表示します。"),
    Entry("import", "imports", "Excel・CSV を記録として読み、1行も失わない報告を出します（-o がなければ確認だけ）。"),
    Entry("work", "jobs", "配置の計算などの処理だけを行います（enmusubi serve が自分で始める分に加えて動かせます）。"),
    Entry("eligibility", "eligibility", "制度の対象になるかを、規則と根拠つきで答えます。"),
    Entry("quality", "quality", "公開前の募集を確かめ、足りない点と直し方、消すべきことを示します。"),
    Entry("rank", "ranks", "募集ごとに、応募者を読む順に並べ、理由・足りない点・聞くことを示します。"),
    Entry("cluster", "cluster", "大きな名簿の一覧づくりを分けて行う働き手を、このPCで始めます（Ctrl+Cで終わります）。"),
    Entry("recommend", "ranks", "応募者ごとに、合いそうな募集を理由とともに示します。"),
    Entry("learn", "learn", "これまでの決定から、項目の重みと、その確かさを見積もります。"),
    Entry("learn-stay", "learn_stay", "着任した人のその後の記録から、12か月後も続けている見込みを学びます。"),
    Entry("match", "rounds", "応募と席から配置の案を計算し、検算してから示します（安定、または合計が最大）。"),
    Entry("solve", "markets", "市場ファイルを一つの方式で解きます。"),
    Entry("verify", "markets", "結果を元の市場ファイルから検算します。"),
    Entry(
        "repair",
        "results",
        "辞退や新しい募集のあとの市場で、動く人が少ない結果（同順位は前の席を優先）と代案を示します。",
    ),
    Entry("explain", "results", "結果の境目と席のない人の理由、本人の控え、上限・下限の値段を示します。"),
    Entry("verify-receipt", "results", "本人の控えを、ほかの人の情報なしで検算します。"),
    Entry(
        "verify-run",
        "verify_run",
        "保存された計算を、そのときの記録・重み・規則からやり直し、同じ結果になるか確かめます。",
    ),
    Entry("reproduce", "reproduce", "論文の表を計算し直し、公表値と並べて示します。"),
    Entry("backup", "backup", "データベースのすべてを一つのファイルに控え、読み返して確かめます。"),
    Entry("restore", "backup", "控えのファイルをデータベースに戻します（全部か、何もしないか）。"),
    Entry("purge", "purge", "保存期間を過ぎたものを区分ごとに消去し、証明を残します。"),
    Entry("own-data", "own_data", "本人の求めに応じて、その人について保存している内容をすべて書き出します。"),
    Entry(
        "documents",
        "documents",
        "選考一覧表・面接評価シート・地域要件確認書・理由の記録・通知・面接の予定を、記録のファイルから作ります。",
    ),
    Entry("accounts", "accounts", "アカウント（だれがサインインできるか）を作り、一覧し、止めます。"),
    Entry("audit", "audit", "監査記録（だれが、いつ、何を、なぜ）を確かめ、書き出します。"),
    Entry("database", "database", "データベースの版を調べ、この版に合わせ、または戻します。"),
    Entry("rules", "rules", "規則（年度ごとの要綱・要件）を一覧・表示・比較・追加します。"),
    Entry("evaluate", "evaluate", "読む順のよさを人が判定した組で、割当の値打ちを見本の年で測ります。"),
    Entry("season", "season", "通年の募集で、いま声をかけるか待つかを助言し、過ぎた一年で試します。"),
)
