"""Every edge with the world: command line, HTTP, database, documents."""
