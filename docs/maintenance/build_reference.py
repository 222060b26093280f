"""Write ``docs/reference/``: commands, routes, terms, rules, formats, mechanisms and rooms, from the code itself.

Run ``python docs/maintenance/build_reference.py`` after a change; a test compares the files with what this writes.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from api.accounts.permissions import permissions
from api.accounts.roles import ROLES, ROLES_JA, SIGNED_OUT
from api.app import create_app
from api.cli import app as command_line
from api.commands.announced import AnnouncedCommand
from api.market_file import MarketFile, ResultFile
from api.market_file.catalogue import CATALOGUE
from api.settings import Settings
from features.intake import KIND_JA, KINDS
from features.intake.catalogue import catalogue
from features.records import Records
from features.rules import list_rulesets, show_ruleset
from features.terms import ALL_TERMS
from features.weights import default_weights

_ROOT = Path(__file__).resolve().parents[2]
REFERENCE = _ROOT / "docs" / "reference"
_HEADINGS = 6
_LAYERS = ("matching", "features", "api")
_EXTENTS = {
    "allowed": "その操作が読み書きするすべての記録",
    "own": "応募者本人の記録と応募、公開された募集",
    "municipality": "担当する市町村の募集、そこへの応募、応募した人・その市町村が登録した人",
    "consenting": "同意を記録した市町村（支援者の都道府県内）についての同じ範囲",
    "published": "下書きでない募集",
    "pseudonymised": "研究者ごとの仮名に置き換え、人の書いた文を除いたもの",
    "never": "できない",
}
_NOTE = "<!-- Written by docs/maintenance/build_reference.py. -->\n\n"


def pages() -> dict[str, str]:
    """Text of each file below ``docs/reference``."""
    return {
        "commands.md": _NOTE + "\n".join(_commands()) + "\n",
        "routes.md": _NOTE + "\n".join(_routes()) + "\n",
        "settings.md": _NOTE + "\n".join(_settings()) + "\n",
        "permissions.md": _NOTE + "\n".join(_permissions()) + "\n",
        "terms.md": _NOTE + "\n".join(_terms()) + "\n",
        "rules.md": _NOTE + "\n".join(_rules()) + "\n",
        "mechanisms.md": _NOTE + "\n".join(_mechanisms()) + "\n",
        "columns.md": _NOTE + "\n".join(_columns()) + "\n",
        "rooms.md": _NOTE + "\n".join(_rooms()) + "\n",
        "records.schema.json": _schema(Records),
        "market.schema.json": _schema(MarketFile),
        "result.schema.json": _schema(ResultFile),
    }


def _schema(model: type[BaseModel]) -> str:
    return json.dumps(model.model_json_schema(), ensure_ascii=False, indent=1) + "\n"


def _commands() -> Iterator[str]:
    told = "0 done, 1 a property fails or no solution, 2 usage or bad input (one line), 130 interrupted."
    yield f"# Commands\n\nExit status: {told}"
    yield from _group(command_line, "enmusubi")


def _group(command: object, name: str) -> Iterator[str]:
    command = command.loaded() if isinstance(command, AnnouncedCommand) else command
    inner = getattr(command, "commands", None)
    if inner:
        for word in sorted(inner):
            yield from _group(inner[word], f"{name} {word}")
        return
    yield f"\n## `{name}`\n\n{getattr(command, 'help', '') or ''}\n"
    yield "| option | meaning | default |\n|---|---|---|"
    for parameter in getattr(command, "params", ()):
        options = ", ".join(f"`{option}`" for option in parameter.opts) or f"`{parameter.name}`"
        default = "required" if parameter.required else _shown(parameter.default)
        yield f"| {options} | {(getattr(parameter, 'help', '') or '').replace('|', '·')} | {default} |"


def _shown(default: object) -> str:
    return "" if default in (None, False) else f"`{default}`"


def _routes() -> Iterator[str]:
    yield "# Routes\n\nThe OpenAPI document at `/api/v1/openapi.json` says all of this for programs.\n"
    yield "| method | path | what |\n|---|---|---|"
    for path, methods in sorted(create_app(Settings()).openapi()["paths"].items()):
        for method, operation in methods.items():
            yield f"| {method.upper()} | `{path}` | {operation.get('summary', '')} |"


def _settings() -> Iterator[str]:
    yield "# Settings\n\nEvery setting is a variable of the environment; `enmusubi serve` prints them all at its start."
    yield "A variable that begins with `ENMUSUBI_` and is not in this table is refused, with the nearest one that is.\n"
    yield "| variable | default | values | meaning |\n|---|---|---|---|"
    shapes = Settings.model_json_schema()["properties"]
    for name, field in Settings.model_fields.items():
        default = "—" if field.default in (None, ()) else f"`{field.default}`"
        yield f"| `ENMUSUBI_{name.upper()}` | {default} | {_values(shapes[name])} | {field.description} |"


def _values(shape: dict[str, Any]) -> str:
    if "enum" in shape:
        return ", ".join(f"`{value}`" for value in shape["enum"])
    if "minimum" in shape:
        return f"{shape['minimum']} – {shape.get('maximum', '')}".strip()
    return str(shape.get("format", "text")) if "anyOf" not in shape else _values(shape["anyOf"][0])


def _permissions() -> Iterator[str]:
    yield "# Permissions\n\nWho may do what: one line an operation, one column a role, as"
    yield "`api/accounts/permissions.toml` decides it. An operation that has no line here is refused to everybody.\n"
    yield "| 語 | 意味 |\n|---|---|"
    for extent, meaning in _EXTENTS.items():
        yield f"| {extent} | {meaning} |"
    yield "\n`scope`: what an API token must have; `session`: only by a session, never by a token.\n"
    names = " | ".join(ROLES_JA[role] for role in ROLES)
    yield f"| operation | scope | サインインしていない人 | {names} |"
    yield "|---" * (3 + len(ROLES)) + "|"
    for name, line in sorted(permissions().operations.items(), key=lambda pair: pair[0].split()[::-1]):
        cells = " | ".join(line.extents[role] for role in (SIGNED_OUT, *ROLES))
        yield f"| `{name}` | `{line.scope}` | {cells} |"
    yield "\n## Pages\n\nWhoever may ask for what a page shows may open it: the first operation's line, without who"
    yield "may not ask for the others.\n"
    yield f"| page | shows | サインインしていない人 | {names} |"
    yield "|---" * (3 + len(ROLES)) + "|"
    for name, page in sorted(permissions().pages.items(), key=lambda pair: pair[0].split()[::-1]):
        cells = " | ".join(page.operation.extents[role] for role in (SIGNED_OUT, *ROLES))
        yield f"| `{name}` | `{page.shows}` | {cells} |"


def _terms() -> Iterator[str]:
    weights = default_weights()
    yield "# Terms and default weights\n\nWeights as they stand after the sum is brought to 1.\n"
    yield "| term | 項目 | coordinator | applicant | reads | theme | evidence | asks when unknown |"
    yield "|---|---|---|---|---|---|---|---|"
    for term in ALL_TERMS:
        shares = [
            f"{side[term.name]:.3f}" if term.name in side else "—" for side in (weights.coordinator, weights.applicant)
        ]
        cells = (f"`{term.name}`", term.title, *shares, term.data_class, term.theme, term.evidence, term.question)
        yield "| " + " | ".join(cell.replace("|", "·") for cell in cells) + " |"


def _rules() -> Iterator[str]:
    yield "# Rules\n\nOne file a programme and fiscal year; `enmusubi rules show ID` prints the whole file."
    for row in list_rulesets():
        whole = show_ruleset(str(row["id"]))
        yield f"\n## `{row['id']}`\n\n{row['title']} ({row['valid_from']} – {row['valid_to'] or 'open'})\n"
        yield "| rule or amount | 見出し | kind | source | confidence |\n|---|---|---|---|---|"
        for rule in [*whole["rule"], *whole.get("amount", [])]:
            source, kind = " ".join(rule["source"].values()), rule.get("kind", "amount")
            yield f"| `{rule['id']}` | {rule['label']} | {kind} | {source} | {rule['confidence']} |"


def _mechanisms() -> Iterator[str]:
    yield "# Mechanisms\n\nNames for `enmusubi solve --mechanism` (market files), and what is proven of each. A limit"
    yield "in a market file that a mechanism does not obey is refused, never ignored; so is an option. Scores, types"
    yield "and a region's order limit nothing by themselves and are passed over where they are not needed.\n"
    yield "| mechanism | what it gives | sections it obeys | options |\n|---|---|---|---|"
    for name, entry in CATALOGUE.items():
        options = ", ".join(f"`--{option.replace('_', '-')}`" for option in ("seed", *entry.options))
        yield f"| `{name}` | {entry.gives} | {', '.join(entry.sections) or '—'} | {options} |"


def _columns() -> Iterator[str]:
    yield "# Columns\n\nWhat `enmusubi import` reads from a list, kind by kind. `field` is the name that a file for"
    yield "`--mapping` gives a column. Headings are known in more spellings: without お or ご, units or brackets."
    for kind in KINDS:
        yield f"\n## `{kind}` {KIND_JA[kind]}\n\n| field | 項目 | 見出しの例 |\n|---|---|---|"
        for entry in catalogue(kind).field:
            yield f"| `{entry.name}` | {entry.ja} | {'、'.join(entry.headings[:_HEADINGS]).replace('|', '·')} |"


def _rooms() -> Iterator[str]:
    yield "# Rooms\n\nWhat stands where, as each room says in the first line of its `__init__.py`. `api` reads"
    yield "`features`, `features` reads `matching`, never upwards; what every room of a layer may read lies at its top."
    for layer in _LAYERS:
        yield f"\n## `{layer}`\n\n{_said(_ROOT / layer / '__init__.py')}\n"
        yield "| at the top | what |\n|---|---|"
        for path in sorted((_ROOT / layer).glob("[!_]*.py")):
            yield f"| `{path.name}` | {_said(path)} |"
        yield "\n| room | what |\n|---|---|"
        for path in sorted((_ROOT / layer).rglob("*/__init__.py"), key=lambda path: path.parent.parts):
            yield f"| `{path.parent.relative_to(_ROOT).as_posix()}` | {_said(path)} |"


def _said(path: Path) -> str:
    """The first line of a file's docstring."""
    told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return told.partition("\n")[0].replace("``", "`").replace("|", "·")


def main() -> None:
    """Write every file."""
    REFERENCE.mkdir(exist_ok=True)
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(pages())} files in docs/reference\n")


if __name__ == "__main__":
    main()
