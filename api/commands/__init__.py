"""The commands of ``enmusubi``, one group a module."""
