"""A register too large for one process, in parts: each is listed by itself, and what they give is merged.

A part (*partition*) is a Parquet or Arrow file of applicants. Its lists are a function of its rows, the calls, the
weights and the day, so it does not matter which machine makes them, in which order, or how often.
"""
