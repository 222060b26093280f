"""What a coordinator's pages show of postings, candidates and applications, and in which words."""
