"""What became of accepted people after 3, 6, 12 and 36 months; never read by a ranking."""
