"""copwatch: an evidence archive for community copwatch and legal-observer groups."""

__version__ = "0.1.0"
