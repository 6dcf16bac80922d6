"""Bundles without proofs, for those who must not learn which archive, device or original something came from."""
