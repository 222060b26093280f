"""Conflicts of interest: who declared one sees and scores nothing of the posting; a company's own are told."""
