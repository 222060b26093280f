"""Print every document of every invented office into a folder, a picture a page, to be looked at.

::

    python -m tests.api.documents.rendered.render_all out/pages [ordinary one sixty long little]
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.api.documents.rendered.cases import CASES
from tests.api.documents.rendered.rendering import MISSING, pictures_of, printed_workbooks, write_all

__all__ = ["render_all"]


def render_all(out: Path, cases: list[str]) -> int:
    """Write files and pictures, and return how many pages there are."""
    out.mkdir(parents=True, exist_ok=True)
    written = [path for case in cases for path in write_all(out, case, CASES[case]())]
    printed_folder, pictures = out / "printed", out / "pictures"
    for folder in (printed_folder, pictures):
        folder.mkdir(exist_ok=True)
    printed = printed_workbooks([path for path in written if path.suffix == ".xlsx"], printed_folder)
    papers = [path for path in written if path.suffix == ".pdf"]
    n_pages = 0
    for name, pdfs in (("excel", list(printed.values())), ("paper", papers)):
        folder = pictures / name
        folder.mkdir(exist_ok=True)
        n_pages += sum(len(pictures_of(pdf, folder)) for pdf in pdfs)
    return n_pages


if __name__ == "__main__":
    if MISSING:
        sys.exit(f"not installed: {', '.join(MISSING)}")
    sys.stdout.write(f"{render_all(Path(sys.argv[1]), sys.argv[2:] or list(CASES))} pages in {sys.argv[1]}\n")
