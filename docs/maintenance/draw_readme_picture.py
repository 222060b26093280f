"""Draw the README's picture, ``docs/images/three-people.png``: ``make pictures``.

Three pages of the running service with the sample market, side by side as three people see them on a telephone: the
order of reading of a call, the places for an applicant, and what stability costs in a round.
Needs Chromium, a Japanese font and what the tests need.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page

sys.path.insert(0, str(Path(__file__).parents[2]))  # the tests' service is not installed

from take_page_screenshots import SCREENS

from tests.api.pages.applicant.open_board import open_board, read_texts
from tests.api.pages.pages_service import PagesService, running_browser, running_service

PICTURE: Final = Path(__file__).parents[1] / "images" / "three-people.png"
_WIDTH, _HEIGHT, _SHARPNESS = 390, 540, 2
_COLOURS: Final = 64

# what stands around a page is left out, the rest is as people see it
_BARE: Final = """
header.top, .crumbs, .skip, .notice, form.tools, .ways, .lead, .asked, .option, .over,
h1 + .chips + p { display: none !important }
main { padding-block: 14px 0 !important } h1 { font-size: 20px !important; margin: 0 0 8px !important }
.chips + p + p { display: none }
.scroll table { min-width: 0; font-size: 12px } .scroll thead th { font-size: 11px }
.scroll th, .scroll td { min-width: 0 !important; padding-inline: 3px }
"""


class Panel(NamedTuple):
    """One page: who looks, at what, and whose question it answers."""

    role: str
    path: str
    before: Callable[[Page], object] | None
    whose: str
    question: str


def _frontier() -> Callable[[Page], object] | None:
    return next(screen.before for screen in SCREENS if screen.name == "round-frontier")


def _panels(service: PagesService) -> tuple[Panel, ...]:
    candidates = f"/postings/{service.posting_id}/candidates"
    return (
        Panel(
            "coordinator",
            candidates,
            None,
            "市町村 Municipality",
            "だれから読むか、なぜか<br>Whom to read first, and why",
        ),
        Panel(
            "applicant", "/places", None, "応募する人 Applicant", "自分に合う場所はどこか<br>Which places would fit me"
        ),
        Panel(
            "administrator",
            "/runs/new",
            _frontier(),
            "研究者 Researcher",
            "安定の値段はいくらか<br>What stability costs, proven",
        ),
    )


def _seen(panel: Panel, service: PagesService, browser: Browser) -> bytes:
    """The upper part of the page."""
    context = browser.new_context(
        base_url=service.url,
        locale="ja",
        bypass_csp=True,  # what is left out is hidden by a style of ours
        viewport={"width": _WIDTH, "height": _HEIGHT},
        device_scale_factor=_SHARPNESS,
    )
    token = service.session_of(panel.role)
    context.add_cookies([{"name": "enmusubi-session", "value": token, "url": service.url}])
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(panel.path)
    if panel.before is not None:
        panel.before(page)
        page.wait_for_load_state()
    if page.locator(".chart-hollow").count():  # a point has two seconds, of a machine that does nothing else
        sys.exit("a point was not proven in its time: nothing drawn; draw it again when the machine is quiet")
    page.add_style_tag(content=_BARE)
    seen = page.screenshot(animations="disabled")
    context.close()
    return seen


def _side_by_side(panels: tuple[Panel, ...], seen: list[bytes]) -> str:
    columns = "".join(
        f"<figure><figcaption><b>{panel.whose}</b><br>{panel.question}</figcaption>"
        f'<img src="data:image/png;base64,{base64.b64encode(picture).decode()}"></figure>'
        for panel, picture in zip(panels, seen, strict=True)
    )
    return f"""<!doctype html><meta charset="utf-8"><style>
        body {{ margin: 0; padding: 20px; display: flex; gap: 20px; background: #f2f4fb;
               font: 16px/1.5 "Noto Sans CJK JP", sans-serif }}
        figure {{ margin: 0; border-radius: 12px; overflow: hidden; background: #fff; box-shadow: 0 1px 6px #0003 }}
        figcaption {{ padding: 12px 16px; background: #0017c1; color: #fff }} b {{ font-size: 19px }}
        img {{ width: {_WIDTH}px; height: {_HEIGHT}px; display: block }}
        </style><body>{columns}"""


def main() -> None:
    """Write the picture."""
    with (
        TemporaryDirectory() as folder,
        running_service(Path(folder), jobs="inline") as service,
        running_browser() as browser,
    ):
        open_board(service.engine, service.clock())
        read_texts(service.app.state.market, service.applicant_id)
        panels = _panels(service)
        seen = [_seen(panel, service, browser) for panel in panels]
        page = browser.new_page(viewport={"width": 1250, "height": 100}, device_scale_factor=_SHARPNESS)
        page.set_content(_side_by_side(panels, seen))
        drawn = Image.open(BytesIO(page.screenshot(full_page=True))).convert("RGB")
    drawn.quantize(_COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(PICTURE, optimize=True)
    sys.stdout.write(f"{PICTURE}: {PICTURE.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
