"""Recruiting all year: what a seat will be worth later, whom to offer one now, what a past season could have been."""
