"""Cell formats of a workbook: one Japanese font, thin lines, colours that survive a black-and-white printer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

__all__ = ["FONT", "StyleName", "Styles", "cell_styles"]

StyleName: TypeAlias = Literal[
    "title",
    "section",
    "note",
    "header",
    "hand_header",
    "order",
    "id",
    "text",
    "beside_figure",
    "number",
    "mean",
    "hand",
    "day",
    "label",
]
Styles: TypeAlias = Mapping[StyleName, Format]

FONT: Final = "Meiryo UI"  # Windows and Office carry it; other programs fall back to their own Japanese font
_LINE = {"border": 1, "border_color": "#999999"}
_CELL = {"font_name": FONT, "font_size": 9, "valign": "top", "text_wrap": True, **_LINE}
_CENTRE = {**_CELL, "align": "center"}
_HEADER = {**_CENTRE, "bold": True, "valign": "vcenter", "bg_color": "#D9E6FF", "font_color": "#000060"}

_TITLE = {"valign": "vcenter", "text_wrap": True}
_PROPERTIES: Final[Mapping[StyleName, Mapping[str, object]]] = {
    "title": {**_TITLE, "font_name": FONT, "font_size": 14, "bold": True, "font_color": "#000060"},
    "section": {"font_name": FONT, "font_size": 10, "bold": True, "valign": "bottom", "font_color": "#000060"},
    "note": {"font_name": FONT, "font_size": 9, "text_wrap": True, "valign": "vcenter", "font_color": "#333333"},
    "header": _HEADER,
    "hand_header": {**_HEADER, "bg_color": "#F2F2F2", "font_color": "#333333"},
    "order": {**_CENTRE, "bold": True, "font_size": 12},
    "id": {**_CENTRE, "bold": True},
    "text": _CELL,
    "beside_figure": {**_CELL, "indent": 1},  # a figure before it ends at its edge
    "number": {**_CENTRE, "num_format": "0.00"},
    "mean": {**_CENTRE, "valign": "vcenter", "num_format": "0.00", "bg_color": "#F2F2F2"},
    "hand": {**_CENTRE, "valign": "vcenter"},
    "day": {**_CENTRE, "valign": "vcenter", "num_format": "yyyy/mm/dd"},
    "label": {**_CELL, "bold": True, "bg_color": "#F2F2F2"},
}


def cell_styles(workbook: Workbook) -> Styles:
    """The formats, added to ``workbook`` in one fixed order."""
    return {name: workbook.add_format(properties) for name, properties in _PROPERTIES.items()}
