"""Letters to applicants: the result, and the invitation to an interview."""
