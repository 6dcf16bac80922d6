"""What a file says of itself, read from its headers alone: values, for its record. Cleaning reads far more strictly."""
