"""Proofs of a licence or an address: uploaded only where asked for, looked at, and deleted; what was seen stays."""
