"""The audit log: who did what to whose records, when, why, from which inputs; append-only and chained by hashes.

An entry holds ids, codes and digests, never what a record says. See ``docs/explanation/audit-log.md``.
"""
