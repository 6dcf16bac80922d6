"""Sealing, signing and key derivation: the only place that imports `cryptography`."""
