"""What every route shares: shapes, errors and their one answer, paths, methods, states of a record."""
