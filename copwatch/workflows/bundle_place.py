"""Where a bundle comes to be: noted on this computer before its first byte, and there a folder or a sealed file."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from copwatch.bundle.folder_sink import FolderSink
from copwatch.bundle.leaksearch.sink import SearchingStream
from copwatch.bundle.sinks import Sink, ZipSink
from copwatch.crypto.age import Recipient
from copwatch.store import begun_exports
from copwatch.store.sealed_file import sealed_file
from copwatch.store.state import LocalState
from copwatch.workflows.undisturbed import undisturbed


class Place:
    """Of whatever the ledger says was begun, this computer can say where it would stand: so it is noted first.

    Raises as `FolderSink`; then nothing is noted and nothing stands there.
    """

    def __init__(self, state: LocalState, bundle: str, out: Path, recipients: Sequence[Recipient]) -> None:
        self._state, self._bundle, self._out, self._recipients = state, bundle, out, recipients
        self.folder: FolderSink | None = None
        """What may be written to before it is known what the bundle says; None where it is sealed."""
        begun_exports.begin(state, bundle, out)
        with self.or_nothing(BaseException):
            self.folder = None if recipients else FolderSink(out, bundle)

    @contextmanager
    def or_nothing(self, kind: type[BaseException]) -> Iterator[None]:
        """When an error comes nothing is left there; after one of that kind nothing of it is in the ledger either."""
        try:
            yield
        except BaseException as error:
            with undisturbed():
                self.clear()
                if isinstance(error, kind):
                    self.end()
            raise

    @contextmanager
    def sink(self, created_at: str) -> Iterator[tuple[Sink, SearchingStream | None]]:
        """What takes the bundle, and what lies below it where that is a zip, whose files are of `created_at`."""
        if self.folder is not None:
            yield self.folder, None
            return
        with sealed_file(self._out, self._recipients, self._bundle) as stream:
            below = SearchingStream(stream)
            yield ZipSink(below, self._bundle, created_at), below

    def record(self) -> None:
        """The ledger may know of it from now on."""
        begun_exports.record(self._state, self._bundle)

    def clear(self) -> None:
        """Nothing stands there any more, unless it became whole."""
        if self.folder is not None:
            self.folder.abort()

    def end(self) -> None:
        """However it ended is in the ledger, or nothing of it is."""
        begun_exports.end(self._state, self._bundle)
