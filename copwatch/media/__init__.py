"""Hostile bytes in, facts out."""
