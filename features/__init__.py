"""People, postings, municipalities and rules; scores and reasons."""
