"""Mechanisms: each turns a market into a matching and certifies nothing."""
