"""Mechanisms, axioms and certificates on arrays: integers in, integers out."""
