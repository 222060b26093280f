"""Deferred acceptance on strict lists, lotteries that make lists strict, and the whole set of stable matchings."""
