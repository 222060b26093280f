"""The checks of the quality sheet, kin checks a file; each takes a Reading and gives a Finding."""
