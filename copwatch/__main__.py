"""`python -m copwatch`, where the script is not on the path."""

import sys

from copwatch.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
