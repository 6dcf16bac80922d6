"""Pictures in ISO/IEC 23008-12 (HEIF): items, what they need, and the box that describes them."""
