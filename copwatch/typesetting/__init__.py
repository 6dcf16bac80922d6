"""Pages for people: PDF made by typst from data, with fonts that a package brings."""
