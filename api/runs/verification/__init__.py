"""Computing a stored run again: from the records, weights and rules as they were, compared byte for byte."""
