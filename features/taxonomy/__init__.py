"""Closed vocabularies with their words: licences and what they imply."""
