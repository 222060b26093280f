"""What pages are drawn with: nothing inline, nothing foreign, little of it."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.accounts.permissions import permissions
from api.app import create_app
from api.pages.static_files import static_address
from api.settings import Settings

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "api" / "pages"
TEMPLATES = sorted(PAGES.glob("templates/**/*.j2"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_an_inline_style_a_handler_or_an_unescaped_value(template: Path) -> None:
    text = template.read_text(encoding="utf-8")

    assert re.findall(r"""\bstyle=|<style|\bon[a-z]+=["']|javascript:|\|\s*safe\b|autoescape""", text) == []
    assert re.findall(r"<script(?![^>]*\bsrc=)", text) == []
    assert re.findall(r"https?://(?!www\.w3\.org)", text.replace('removeprefix("https://")', "")) == []


def test_every_file_is_served_and_nothing_else_is_open() -> None:
    files = {
        f"GET /static/{path.name}" for path in (PAGES / "static").iterdir() if path.suffix in (".css", ".js", ".svg")
    }

    assert {name for name in permissions().open_paths if "/static/" in name} == files


def test_all_files_of_the_pages_together_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in (PAGES / "static").iterdir() if path.suffix != ".LICENSE"}

    assert sum(sizes.values()) < 100_000, sizes


def test_the_map_is_what_its_script_draws() -> None:
    script = runpy.run_path(str(ROOT / "docs" / "maintenance" / "draw_page_map.py"))

    assert (PAGES / "static" / "japan.svg").read_text(encoding="utf-8") == script["page_map"]()


def test_a_browser_keeps_a_file_until_its_content_changes(sqlite_url: str) -> None:
    with TestClient(create_app(Settings(database_url=sqlite_url, sign_in="required"))) as client:
        by_digest, plain = client.get(static_address("pages.css")), client.get("/static/pages.css")

        assert by_digest.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert plain.headers["cache-control"] == "no-cache"
        again = client.get("/static/pages.css", headers={"If-None-Match": plain.headers["etag"]})
        assert again.status_code == 304
        assert client.get("/static/words.py").status_code == 401
