"""The rooms of Matroska and WebM: which elements stay, what private data of codecs may hold, and the blocks."""
