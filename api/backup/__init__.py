"""Backups: everything a database holds in one file, the same from SQLite and PostgreSQL, and back into either."""
