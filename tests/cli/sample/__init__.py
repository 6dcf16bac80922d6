"""Commands that exist for the tests only: each does one thing that a real command may do."""
