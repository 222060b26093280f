"""The database: tables, records and their history, the schema and its revisions."""
