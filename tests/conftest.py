"""What holds for every test: no rule file of this machine decides, and how quick the machine is decides neither."""

from __future__ import annotations

import os

from hypothesis import settings

os.environ["ENMUSUBI_RULES_DIR"] = os.devnull
settings.register_profile("enmusubi", deadline=None)  # a busy machine is not a wrong answer
settings.load_profile("enmusubi")
