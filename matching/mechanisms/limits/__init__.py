"""The largest total score under regions, quotas, couples and a limit on blocking pairs; the frontier between."""
