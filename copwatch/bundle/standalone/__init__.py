"""`verify.py`, which goes into a bundle for whoever has Python and no copwatch, and what completes it."""
