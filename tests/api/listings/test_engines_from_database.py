"""A register read from the database is listed and stored alike by every engine, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.api.engines.clusters import local_cluster
from tests.api.engines.conftest import lists_in
from tests.api.listings.conftest import Rank, stored_rows


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is read is the same (test_storing)
def test_several_processes_and_a_cluster_leave_the_bytes_and_rows_of_one_process(
    office: Engine, rank: Rank, tmp_path: Path
) -> None:
    assert rank("--to-database") == 0
    files, rows = lists_in(tmp_path / "out"), stored_rows(office)
    assert rank("--to-database", "--engine", "processes:2", "--out", str(tmp_path / "several")) == 0
    in_several = stored_rows(office)
    with local_cluster(workers=2) as cluster:
        assert rank("--to-database", "--engine", cluster, "--out", str(tmp_path / "spread")) == 0

    assert lists_in(tmp_path / "several") == lists_in(tmp_path / "spread") == files
    assert in_several == stored_rows(office) == rows
    assert sum(name.startswith("places/") for name in files) == 3
