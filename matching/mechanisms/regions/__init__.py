"""Caps of nested regions, and floors."""
