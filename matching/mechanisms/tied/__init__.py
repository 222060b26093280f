"""Ties that are not drawn: the largest stable matchings, ties towards the total, strong and super stability."""
