"""Questions about a stored run: its frontier, seats and limits, and the repair after a withdrawal."""
