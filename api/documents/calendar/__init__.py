"""Dates for an office's own calendar (iCalendar, RFC 5545)."""
