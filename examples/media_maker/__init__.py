"""Writes the sample media of this project: own encoders, integers only, the same bytes on every computer."""
