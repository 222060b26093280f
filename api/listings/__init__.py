"""Lists of a whole register: read from the database in one state, and stored in tables of their own, whole or not."""
