"""The truth on disk: objects, ledgers, charter, keys, and this computer's own state. The only writer of archives."""
