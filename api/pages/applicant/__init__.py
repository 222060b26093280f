"""What the pages of an applicant share: own record, steps of a profile, places as they are told, saved calls."""
