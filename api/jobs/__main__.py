"""``python -m api.jobs MARK``: one worker, started by :mod:`api.jobs.supervisor` and gone with it."""

from __future__ import annotations

import sys

from api.jobs.process import stop_with_parent, work
from api.jobs.stopping import Stopping
from api.operation.logs import configure_logs
from api.settings import Settings


def main() -> None:
    """Work by the settings of the environment."""
    settings, stopping = Settings(), Stopping()
    configure_logs(settings.log_format, settings.log_level)
    stop_with_parent(stopping, settings)
    work(settings, stopping, mark=sys.argv[1])


if __name__ == "__main__":
    main()
