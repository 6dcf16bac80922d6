"""The schema as a table of fields, and the records built on it.

Pure: no files, no clock, no chance of its own.
"""
