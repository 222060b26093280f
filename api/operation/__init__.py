"""How the service runs: listening, logs, metrics, readiness, and what is refused before anything is served."""
