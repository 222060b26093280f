"""Re-routing: an applicant lets named municipalities see the record, until a day, and may withdraw it at any time."""
