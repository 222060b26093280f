"""The nearest result after somebody withdraws or something is added, and alternatives with their cost."""
