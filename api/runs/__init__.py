"""Rounds over the stored records: what they depend on, the computed record, its proof, and what it tells whom."""
