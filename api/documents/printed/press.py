"""The press: a template and its content become a PDF, the same bytes for the same content on every machine.

Content reaches a template as one JSON text, so nothing that a person wrote is read as markup or as code. Fonts come
from a wheel and from nowhere else: what one machine prints, another prints too.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from api.canonical import canonical_json
from api.documents.errors import DocumentError
from api.documents.printable import printable_values

__all__ = ["TEMPLATES", "print_pdf"]

TEMPLATES: Final = Path(__file__).with_name("templates")
_FONTS: Final = "pylopdf_fonts_jp"  # Noto Sans JP and Noto Serif JP as files, SIL OFL 1.1


def print_pdf(template: str, content: Mapping[str, object]) -> bytes:
    """Typeset ``template`` with ``content``.

    Parameters
    ----------
    template : str
        Name of a file in ``templates/`` without ``.typ``.
    content : mapping
        JSON values; the template reads them with ``json(bytes(sys.inputs.content))``.

    Returns
    -------
    bytes
        The PDF; fonts are embedded, and it carries no date but the one in ``content``.

    Raises
    ------
    DocumentError
        If the template and the content do not fit; the message names the template and no content.
    """
    import typst  # noqa: PLC0415 -- 80 MB that only a printed document needs

    try:
        pdf: bytes = typst.compile(
            str(TEMPLATES / f"{template}.typ"),
            root=str(TEMPLATES),
            font_paths=[_font_folder()],
            ignore_system_fonts=True,
            sys_inputs={"content": canonical_json(printable_values(content))},
        )
    except typst.TypstError:  # what it says may quote the content
        raise DocumentError(f"template {template} could not be typeset with this content; compare their keys") from None
    return pdf


@cache
def _font_folder() -> str:
    return str(files(_FONTS))
