"""Write the sample media of this project again: `python examples/make_media.py [FOLDER]`.

Standard library only, and the same bytes each time. Without FOLDER it writes to `examples/media`.
"""

import sys
from pathlib import Path

from media_maker.shift import MAKERS


def main(folder: Path) -> None:
    """Write all files below `folder`, which is made where it is absent."""
    for name, make in MAKERS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(make())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "media")
