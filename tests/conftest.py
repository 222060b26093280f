"""What holds for every test: no rule file of this machine decides, nobody signs in, and no clock decides either."""

from __future__ import annotations

import os

from hypothesis import settings

os.environ["ENMUSUBI_RULES_DIR"] = os.devnull
os.environ["ENMUSUBI_SIGN_IN"] = "off"  # most tests are about records; tests/api/accounts is about who may see them
os.environ["ENMUSUBI_JOBS"] = "inline"  # a job is done when its answer is there; tests/api/jobs starts real workers
# a busy machine is not a wrong answer; `pytest --hypothesis-profile long` tries ten times as many examples
settings.register_profile("enmusubi", deadline=None, max_examples=50)
settings.register_profile("long", deadline=None, max_examples=500)
settings.load_profile("enmusubi")
