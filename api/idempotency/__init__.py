"""``Idempotency-Key``: a request that is sent again is answered again, and done once."""
