"""Two applicants with one list."""
