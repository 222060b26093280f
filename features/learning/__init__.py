"""Weights learned from choices: their likelihood, a ridge towards the hand weights, and what is known of both.

What is learned from decisions repeats the habits of those who decided. Only values of terms are read, never records:
age, sex and family are in no term.
"""
