"""What people read: ranked candidates for a coordinator, places for an applicant, and who is left out."""
