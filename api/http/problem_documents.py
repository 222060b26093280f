"""What is told of an error, in an answer and of a job: a problem document (RFC 9457)."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, Field

__all__ = ["MEDIA_TYPE", "Fault", "Problem"]

MEDIA_TYPE: Final = "application/problem+json"


class Fault(BaseModel):
    """One faulty place of a request."""

    loc: str = Field(description="Where: body.postings[2].headcount, query.limit, path.code.")
    msg: str = Field(description="What is wrong there.")


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    type: str = Field(description="urn:enmusubi:problem:… for programs.")
    title: str = Field(description="The kind of problem, for people.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong with this request.")
    errors: list[Fault] = Field(default=[], description="Each faulty place.")
