"""AVI, cleaned in place: indexes in it hold positions, so every chunk stays where it is."""
