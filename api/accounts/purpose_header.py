"""What the OpenAPI document says of the header that states a purpose: on the operations of the table and no others."""

from __future__ import annotations

from typing import Any

from api.accounts.purposes import HEADER, purposes
from api.http.problems import problem_responses

__all__ = ["describe_purposes"]


def describe_purposes(document: dict[str, Any]) -> None:
    """Add the header, its words and the refusal of any other to each operation of ``document`` that takes one."""
    for name, line in purposes().items():
        method, _, path = name.partition(" ")
        operation = document["paths"].get(path, {}).get(method.lower())
        if operation is None:  # a document of some of the routes
            continue
        words = sorted({word for cell in line.values() for word in cell})
        defaults = ", ".join(f"{role}: {cell[0]}" for role, cell in line.items() if cell)
        operation.setdefault("parameters", []).append(
            {
                "name": HEADER,
                "in": "header",
                "required": False,
                "description": f"What for; it stands in the audit log. Where it is absent: {defaults}.",
                "schema": {"type": "string", "enum": words},
            }
        )
        for status, response in problem_responses(403).items():
            operation["responses"].setdefault(str(status), response)
