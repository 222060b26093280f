"""The office's own files over HTTP: kept for a day at most, previewed, and stored as records by one commit."""
