"""Postings that choose: reserved seats and quotas."""
