"""One JSON file read as one model: errors are one line that names file and place, never what stands there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from features.errors import RecordError
from features.json_files.record_files import explain_error, unique_keys

__all__ = ["load_model"]

_Model = TypeVar("_Model", bound=BaseModel)


def load_model(path: Path, model: type[_Model], *, what: str) -> _Model:
    """Read a file.

    Parameters
    ----------
    path : Path
    model : type of BaseModel
    what : str
        What the file should hold, such as "choices", for the errors.

    Raises
    ------
    RecordError
        If it is no UTF-8, no JSON, says a key of an object twice or does not fit the model.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=unique_keys)
    except json.JSONDecodeError as error:
        raise RecordError(f"{path.name}: not JSON at line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecordError as error:
        raise RecordError(f"{path.name}: {error}") from None
    except RecursionError:
        raise RecordError(f"{path.name}: nested too deeply to be {what}") from None
    except UnicodeDecodeError as error:
        raise RecordError(f"{path.name}: not UTF-8 at byte {error.start}") from None
    except ValueError:
        raise RecordError(f"{path.name}: holds a number with too many digits") from None
    if not isinstance(content, dict):
        keys = ", ".join(model.model_fields)
        raise RecordError(f"{path.name}: the top level is not an object of {what}, expected the keys {keys}")
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise RecordError(f"{path.name}: {explain_error(error, model)}") from None
