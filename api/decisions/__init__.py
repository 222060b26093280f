"""Decisions about applications: which step leads where, who took it, why, and where the list had the person then."""
