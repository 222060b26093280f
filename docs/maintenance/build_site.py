"""The documentation as HTML in both languages: ``python docs/maintenance/build_site.py [FOLDER]`` (``make docs``).

Every Markdown file of ``docs/`` becomes a page; what pages link to outside (``benchmarks/README.md``, a weight file)
goes along under ``project/``. The pages need no server and no network: the search reads ``search-index.js`` from beside
them. A link that leads nowhere, an anchor that is not there, a picture without words, a page without a heading and a
page that no table of contents leads to are faults; with one of them nothing is done and the exit status is 1.

markdown-it-py comes with enmusubi itself (through rich), so the site is built by what is installed already.
"""

from __future__ import annotations

import json
import posixpath
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from jinja2 import Environment, FileSystemLoader
from markdown_it import MarkdownIt
from markdown_it.token import Token

__all__ = ["Page", "build", "faults", "read_pages"]

ROOT: Final = Path(__file__).resolve().parents[2]
SITE: Final = Path(__file__).with_name("site")
KINDS: Final = ("tutorial", "how-to", "explanation", "reference", "maintenance", "decisions")
_ELSEWHERE: Final = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_ASIAN: Final = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")


@dataclass
class Page:
    """One Markdown file.

    Attributes
    ----------
    source : str
        Path in the repository.
    address : str
        Path in the site.
    language : str
        ``ja`` or ``en``.
    tokens : list of Token
    title : str
        Text of the first heading, empty where there is none.
    anchors : set of str
        Of its headings, as GitHub makes them.
    """

    source: str
    address: str
    language: str
    tokens: list[Token]
    title: str = ""
    anchors: set[str] = field(default_factory=set)

    @property
    def kind(self) -> str:
        """The folder that says what sort of page it is: ``how-to``."""
        parts = self.address.removeprefix("ja/").split("/")
        return parts[0] if len(parts) > 1 else ""

    @property
    def text(self) -> str:
        """What a reader may look for."""
        words = (one.content for one in self.tokens if one.type in {"inline", "fence", "code_block"})
        return unicodedata.normalize("NFKC", " ".join(words)).lower()


def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def address_of(source: str) -> str:
    """Where a file of the repository stands in the site."""
    inside = source.startswith("docs/")
    address = source.removeprefix("docs/") if inside else f"project/{source}"
    if not address.endswith(".md"):
        return address
    stem = address.removesuffix(".md")
    return f"{stem.removesuffix('README')}index.html" if inside and stem.endswith("README") else f"{stem}.html"


def read_pages(root: Path = ROOT) -> dict[str, Page]:
    """Every page of ``docs/``, and each Markdown file outside that one of them links to, by its source."""
    pages: dict[str, Page] = {}
    waiting = sorted(path.relative_to(root).as_posix() for path in (root / "docs").rglob("*.md"))
    while waiting:
        source = waiting.pop(0)
        if source in pages:
            continue
        pages[source] = page = _read(root, source)
        if source.startswith("docs/"):  # of what stands outside only the page itself is shown
            waiting += [one for _, one, _ in local_links(page) if one.endswith(".md") and (root / one).is_file()]
    return pages


def _read(root: Path, source: str) -> Page:
    language = "ja" if source.startswith("docs/ja/") else "en"
    page = Page(source, address_of(source), language, _parser().parse((root / source).read_text(encoding="utf-8")))
    for token, inline in zip(page.tokens, page.tokens[1:], strict=False):
        if token.type == "heading_open":
            words = "".join(one.content for one in inline.children or ())
            page.title = page.title or words
            token.attrSet("id", _anchor(words, page.anchors))
    return page


def _anchor(words: str, taken: set[str]) -> str:
    """The anchor of a heading, as GitHub makes it."""
    kept = "".join(one for one in words.lower() if one.isalnum() or one in " -_").replace(" ", "-")
    anchor, number = kept, 0
    while anchor in taken:
        number += 1
        anchor = f"{kept}-{number}"
    taken.add(anchor)
    return anchor


def _references(page: Page) -> Iterator[tuple[Token, str]]:
    for token in page.tokens:
        for one in token.children or ():
            name = {"link_open": "href", "image": "src"}.get(one.type)
            if name is not None:
                yield one, name


def local_links(page: Page) -> Iterator[tuple[Token, str, str]]:
    """Each link of a page to a file of the repository: its token, the file and the anchor."""
    for token, name in _references(page):
        told = str(token.attrGet(name))
        if _ELSEWHERE.match(told):
            continue
        path, _, anchor = unquote(told).partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page.source), path)) if path else page.source
        yield token, target, anchor


def faults(pages: dict[str, Page], root: Path = ROOT) -> list[str]:
    """What is wrong, one line each."""
    found = [
        fault for page in pages.values() if page.source.startswith("docs/") for fault in _faults_of(page, pages, root)
    ]
    return found + [f"{source}: no table of contents leads here" for source in _unreached(pages)]


def _faults_of(page: Page, pages: dict[str, Page], root: Path) -> Iterator[str]:
    if not page.title:
        yield f"{page.source}: no heading"
    for token, target, anchor in local_links(page):
        if token.type == "image" and not token.content:
            yield f"{page.source}: a picture without words, {target}"
        if target.startswith("..") or not (root / target).exists():
            yield f"{page.source}: {target} is not there"
        elif anchor and target in pages and anchor not in pages[target].anchors:
            yield f"{page.source}: {target} has no #{anchor}"


def _unreached(pages: dict[str, Page]) -> list[str]:
    reached: set[str] = set()
    waiting = [source for source in ("docs/README.md", "docs/ja/README.md") if source in pages]
    while waiting:
        source = waiting.pop()
        if source in reached or source not in pages:
            continue
        reached.add(source)
        targets = [target for _, target, _ in local_links(pages[source])]
        waiting += targets
        waiting += [one for one in pages for target in targets if posixpath.dirname(one) == target]  # a linked folder
    return sorted(source for source in pages if source.startswith("docs/") and source not in reached)


def build(folder: Path, root: Path = ROOT) -> dict[str, Page]:
    """Write the site into a folder, which is emptied before.

    Raises
    ------
    SystemExit
        If something is wrong; every fault is a line of the message.
    """
    pages = read_pages(root)
    if found := faults(pages, root):
        raise SystemExit("\n".join(found))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    template = Environment(loader=FileSystemLoader(SITE), autoescape=True, trim_blocks=True).get_template(
        "page.html.j2"
    )
    for page in pages.values():
        body = _rendered(page, pages, root, folder)
        _write(folder / page.address, template.render(_context(page, pages), body=body))
    for language in ("ja", "en"):
        search = Page("", "ja/search.html" if language == "ja" else "search.html", language, [])
        search.title = "検索" if language == "ja" else "Search"
        _write(folder / search.address, template.render(_context(search, pages), body=""))
    _list_folders(folder, pages, template)
    index = [[page.address, page.language, page.title, page.text] for page in pages.values()]
    _write(folder / "search-index.js", f"const PAGES = {json.dumps(index, ensure_ascii=False)};\n")
    for name in ("site.css", "search.js"):
        shutil.copyfile(SITE / name, folder / name)
    return pages


def _rendered(page: Page, pages: dict[str, Page], root: Path, folder: Path) -> str:
    """The body of a page; what it links to is copied beside it."""
    here = posixpath.dirname(page.address)
    for token, target, anchor in list(local_links(page)):
        if not (root / target).exists():  # of a page outside docs/, which is not looked after here
            continue
        address = pages[target].address if target in pages else address_of(target)
        if (root / target).is_dir():
            address = f"{address}/index.html" if target.startswith("docs/") else "index.html"
        elif target not in pages:
            (folder / address).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / target, folder / address)
        name = "src" if token.type == "image" else "href"
        token.attrSet(name, posixpath.relpath(address, here or ".") + (f"#{anchor}" if anchor else ""))
    parser = _parser()
    parser.add_render_rule("softbreak", _soft_break)
    return str(parser.renderer.render(page.tokens, parser.options, {}))


def _soft_break(_self: Any, tokens: Sequence[Token], number: int, _options: Any, _env: Any) -> str:
    """A line that ends between two Japanese letters goes on without a space."""
    before, after = tokens[number - 1].content[-1:], tokens[number + 1].content[:1]
    return "" if _ASIAN.match(before) and _ASIAN.match(after) else "\n"


def _context(page: Page, pages: dict[str, Page]) -> dict[str, object]:
    here = posixpath.dirname(page.address) or "."
    named = {one.address: one for one in pages.values()}
    other = page.address.removeprefix("ja/") if page.language == "ja" else f"ja/{page.address}"
    has_other = other in named or page.address.endswith("search.html")
    return {
        "title": page.title,
        "language": page.language,
        "root": posixpath.relpath(".", here),
        "is_search": page.address.endswith("search.html"),
        "other": posixpath.relpath(other, here) if has_other else "",
        "contents": [(kind, _entries(kind, page, pages, here)) for kind in KINDS],
    }


def _entries(kind: str, page: Page, pages: dict[str, Page], here: str) -> list[tuple[str, str, bool]]:
    """Title, address and whether it is this page, of every page of a kind in the page's language."""
    of_kind = (one for one in pages.values() if one.kind == kind and one.language == page.language)
    ordered = sorted(of_kind, key=lambda one: one.address if kind == "decisions" else one.title)
    return [(one.title, posixpath.relpath(one.address, here), one.source == page.source) for one in ordered]


def _list_folders(folder: Path, pages: dict[str, Page], template: Any) -> None:
    """A page for each folder of ``docs/`` that has no README."""
    folders = {posixpath.dirname(one.address) for one in pages.values() if one.source.startswith("docs/")}
    for name in sorted(folders - {""}):
        if (folder / name / "index.html").exists():
            continue
        inside = sorted(
            (one for one in pages.values() if posixpath.dirname(one.address) == name), key=lambda one: one.title
        )
        listed = Page(
            "", f"{name}/index.html", "ja" if name.startswith("ja/") else "en", [], title=name.rpartition("/")[2]
        )
        lines = "".join(f'<li><a href="{posixpath.basename(one.address)}">{one.title}</a></li>\n' for one in inside)
        _write(folder / listed.address, template.render(_context(listed, pages), body=f"<ul>\n{lines}</ul>"))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    _target = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "out" / "docs")
    _n_pages = len(build(_target))
    sys.stdout.write(f"{_n_pages} pages: {_target / 'index.html'}\n")
