"""The real program with its real commands, for running in a process of its own."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from copwatch.cli import main

if __name__ == "__main__":
    sys.exit(main.main())
