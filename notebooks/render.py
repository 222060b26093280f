"""Run every notebook and write it with its outputs as ``.ipynb`` and as ``.html`` that needs no network.

``python notebooks/render.py [--out out/notebooks] [NAME…]``; a name is the beginning of a file's, such as ``04``.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

import jupytext
import nbformat
from nbconvert import HTMLExporter
from nbconvert.preprocessors import ExecutePreprocessor
from nbformat import NotebookNode

HERE = Path(__file__).resolve().parent
CELL_SECONDS = 180


def main() -> int:
    """Render the notebooks asked for; the number of seconds of each is told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/notebooks"))
    parser.add_argument("names", nargs="*", help="beginnings of file names; all notebooks where none is given")
    options = parser.parse_args()
    paths = [path for path in sorted(HERE.glob("[0-9]*.py")) if path.name.startswith(tuple(options.names) or "")]
    if not paths:
        known = ", ".join(path.stem for path in sorted(HERE.glob("[0-9]*.py")))
        sys.exit(f"no notebook begins with {' or '.join(options.names)}; there are {known}")
    options.out.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "drawing.py", options.out)  # beside the notebooks, so that they run there too
    began = time.perf_counter()
    for at, path in enumerate(paths, start=1):
        print(f"{at}/{len(paths)} {path.stem} …", end=" ", flush=True)
        started = time.perf_counter()
        write(run(path), options.out / path.stem)
        print(f"{time.perf_counter() - started:.0f} s", flush=True)
    print(f"{len(paths)} in {time.perf_counter() - began:.0f} s; open {options.out / paths[0].stem}.html")
    return 0


def run(path: Path) -> NotebookNode:
    """Execute one notebook in a kernel of its own, in the folder where it lies."""
    notebook: NotebookNode = jupytext.read(path, fmt="py:percent")
    runner = ExecutePreprocessor(timeout=CELL_SECONDS, kernel_name="python3")
    runner.preprocess(notebook, {"metadata": {"path": str(HERE)}})
    return notebook


def write(notebook: NotebookNode, stem: Path) -> None:
    """Write both forms; pictures are inside, and nothing is fetched when the page is opened."""
    nbformat.write(notebook, stem.with_suffix(".ipynb"))
    exporter = HTMLExporter(mathjax_url="", require_js_url="", embed_images=True)
    page, _resources = exporter.from_notebook_node(notebook, {"metadata": {"name": stem.name}})
    stem.with_suffix(".html").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
