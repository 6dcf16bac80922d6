"""Where the program begins and ends: every failure gets its words and its exit code here."""

import os
import sys


def main() -> int:
    """Run `copwatch` with the arguments of the process; returns the exit code."""
    os.umask(0o077)  # before anything can be written: new files are for this user alone
    if sys.argv[1:] == ["--version"]:
        return _version()
    try:
        return _guarded()
    except KeyboardInterrupt:
        return 130


def _version() -> int:
    # A script that asks for the version is answered without loading typer; app.py says the same.
    from copwatch import __version__

    sys.stdout.write(f"copwatch {__version__}\n")
    return 0


def _guarded() -> int:
    from copwatch.cli import voice
    from copwatch.cli.failures import debugging, details, explained, unexpected
    from copwatch.errors import CopwatchError, Interrupted, Unfinished

    failure: BaseException
    try:
        code = _work()
    except CopwatchError as error:
        failure, told = error, error
    except KeyboardInterrupt as error:
        failure, told = error, Interrupted("interrupted", hint="what was finished before stays")
    except OSError as error:
        failure, told = error, explained(error)
    except MemoryError as error:
        failure, told = error, Unfinished("not enough memory", hint="close other programs and try again")
    except Exception as error:
        failure, told = error, unexpected(error)
    else:
        return code
    voice.error(told.message, told.hint, told.details)
    if debugging():
        voice.trouble(details(failure))
    return told.exit_code


def _work() -> int:
    from copwatch.cli import voice
    from copwatch.cli.hardening import harden

    harden()
    from copwatch.cli.app import run

    code = run()
    voice.out("")  # what typer and rich printed reaches the reader, or fails, before the exit code is chosen
    return code


if __name__ == "__main__":
    sys.exit(main())
