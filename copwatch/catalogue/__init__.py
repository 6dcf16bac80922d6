"""The local archive that people query: SQLite tables and full-text search in one sealed file.

A view of the ledgers through the keys at hand. What cannot be derived again is never kept here: deleting the
file and absorbing everything gives the same rows.
"""
