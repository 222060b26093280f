"""``python -m api.jobs MARK``: one worker, started by :mod:`api.jobs.supervisor` and gone with it."""

from __future__ import annotations

import sys

from api.operation.seldom_collecting import collect_seldom


def main() -> None:
    """Work by the settings of the environment."""
    collect_seldom()
    from api.jobs.process import stop_with_parent, work  # noqa: PLC0415 - what is imported is not looked through
    from api.jobs.stopping import Stopping  # noqa: PLC0415
    from api.operation.logs import configure_logs  # noqa: PLC0415
    from api.settings import Settings  # noqa: PLC0415

    settings, stopping = Settings(), Stopping()
    configure_logs(settings.log_format, settings.log_level)
    stop_with_parent(stopping, settings)
    work(settings, stopping, mark=sys.argv[1])


if __name__ == "__main__":
    main()
