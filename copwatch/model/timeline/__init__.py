"""When things happened: what clocks showed, by how much they were off, and what comes before what. Pure."""
