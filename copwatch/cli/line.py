"""Running a command line inside this process: for the shell, and for the demo."""

import shlex

from copwatch.cli import voice
from copwatch.cli.app import run
from copwatch.cli.failures import debugging, details, explained, unexpected
from copwatch.errors import CopwatchError, Interrupted, UsageError


def run_line(line: str) -> int:
    """Runs one line as it is typed, with or without `copwatch`; shows why it failed, and gives its exit code."""
    failure: BaseException
    try:
        words = shlex.split(line, comments=True)
        if words[:1] in (["help"], ["?"]):
            words = [*words[1:], "--help"]
        return run(args=words[words[:1] == ["copwatch"] :]) if words else 0
    except CopwatchError as error:
        failure, told = error, error
    except KeyboardInterrupt as error:
        failure, told = error, Interrupted("interrupted")
    except OSError as error:
        failure, told = error, explained(error)
    except ValueError as error:
        # shlex names what is wrong with the quotes; anything else that is a ValueError is a defect.
        quotes = str(error) in {"No closing quotation", "No escaped character"}
        failure, told = error, UsageError("a quote is not closed") if quotes else unexpected(error)
    except Exception as error:
        failure, told = error, unexpected(error)
    voice.error(told.message, told.hint, told.details)
    if debugging():
        voice.trouble(details(failure))
    return told.exit_code
