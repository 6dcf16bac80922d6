"""How fast copwatch is beside the tools that people would use instead. See docs/performance.md."""
