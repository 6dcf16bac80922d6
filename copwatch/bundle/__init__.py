"""What leaves: bundles that open in a browser, prove themselves to a stranger, and are checked again later."""
