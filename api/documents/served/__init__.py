"""Documents from what the service has stored, within the reach of whoever asks."""
