"""The leak search: a finished bundle is searched for what was withheld from it, before anybody can have it.

`secrets` says what is looked for, `spellings` and `encodings` how it could have been written, `matcher` finds it in
texts and bytes, `surfaces` says which texts a file holds, and `sink` stands between a bundle's writer and its place.
"""
