"""Mechanisms that are efficient for applicants and give up stability."""
