"""What a round would be like otherwise: its frontier, one seat more, limits of towns, the repair after a withdrawal."""
