"""Sizes as people read them."""


def size(count: int) -> str:
    """Bytes in powers of 1000, as disks and phones show them: `1.2 MB`."""
    if count < 1000:
        return f"{count} B"
    value = float(count)
    for unit in ("kB", "MB", "GB", "TB"):
        value /= 1000
        if value < 999.95 or unit == "TB":
            return f"{value:.1f} {unit}"
    raise AssertionError
