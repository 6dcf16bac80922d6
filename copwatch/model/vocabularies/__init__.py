"""Controlled vocabularies of the fields, one file a family. The term is what is stored; it is never renamed.

Sources: RIPA (California stop data), OP (OpenPolice.org), OO (OpenOversight), NLG (legal observer training), SAL
(SALUTE reports), MPV (Mapping Police Violence). Vocabularies without one are our own.
"""
