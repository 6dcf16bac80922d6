"""What other systems take in: OpenOversight's CSV, CASE/UCO JSON-LD. Pure, and from what a bundle shows alone."""
