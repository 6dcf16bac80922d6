"""What can be shown to a stranger: canonical bytes, commitments, Merkle trees, ledgers, charter, findings.

Pure: nothing here reads a file, a clock or a key. Signatures are checked by a function that is passed in.
"""
