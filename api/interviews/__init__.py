"""Scores of interviews: each member of a panel scores alone and sees the others' afterwards."""
