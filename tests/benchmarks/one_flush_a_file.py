"""copwatch as on a system without `syncfs`: each object is flushed by itself. For measuring only."""

import sys

from copwatch.cli.main import main
from copwatch.store import durable

durable._syncfs = lambda folder: False

if __name__ == "__main__":
    sys.exit(main())
