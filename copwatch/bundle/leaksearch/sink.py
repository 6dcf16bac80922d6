"""Stands between whoever writes a bundle and the place where it comes to be, and lets nothing come to be that leaks."""

import contextlib
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice
from typing import BinaryIO, Final, NamedTuple

from copwatch.bundle.documents import EVIDENCE, SCRIPT, is_media
from copwatch.bundle.leaksearch.matcher import Matcher, StreamSearch
from copwatch.bundle.leaksearch.of_plan import Looked, looked_for
from copwatch.bundle.leaksearch.secrets import Secret
from copwatch.bundle.leaksearch.surfaces import LARGEST_TEXT, Surface, is_text, surfaces, zip_texts
from copwatch.bundle.plan import BundlePlan
from copwatch.bundle.production.numbering import NATIVES
from copwatch.bundle.sheet import PDF
from copwatch.bundle.sinks import Early, Sink, Stretches, Writes
from copwatch.bundle.viewing import VIEWING
from copwatch.errors import Refused
from copwatch.text import clean

PdfTexts = Callable[[BinaryIO], list[str]] | None
"""Gives what is to be read in a PDF, in a process that has nothing; without it no PDF is read. Raises `CannotClean`."""

_NAMED: Final = 5
_KEPT: Final = 1000
_BLOCK: Final = 1 << 20
_OFTEN: Final = 100
"""Characters: texts as short as that stand in a bundle again and again, four of five in one of many files."""
_REMEMBERED: Final = 8192
_NEUTRAL: Final = re.compile(
    rf"({EVIDENCE}(E-[A-Z0-9-]+-stripped|item-[0-9]+)|{NATIVES}[0-9]+/[A-Z0-9-]+|{VIEWING}[A-Za-z0-9-]+)"
    r"(\.[a-z0-9.+-]+)?",
    re.ASCII,
)
"""Names that copwatch gives: a file that came in as `stripped.png` is not told by them."""
_LEAF: Final = re.compile(r"([0-9a-f]{16})[0-9a-f]{48}")
_SHORT: Final = r"\1…"
_ZIP: Final = (b"PK\3\4", b"PK\5\6")
_PDF, _PDF_WITHIN = b"%PDF-", 1024
_DEEPEST: Final = 3
_MOST_UNPACKED: Final = 256 << 20
_MOST_MEMBERS: Final = 10_000


class Hit(NamedTuple):
    """That a secret stands somewhere. Neither says the value."""

    secret: Secret
    where: str


class Hits:
    """What was found: the first of them, for a list with a line for each cell could fill the memory, and how many."""

    def __init__(self) -> None:
        self.first: dict[Hit, None] = {}
        self.more = 0
        """How many came after those, of which some may be the same."""

    def add(self, hit: Hit) -> None:
        """One more; those that are known count once."""
        if len(self.first) < _KEPT:
            self.first[hit] = None
        elif hit not in self.first:
            self.more += 1

    def __len__(self) -> int:
        return len(self.first) + self.more

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.first)


class SearchingSink:
    """A sink that searches every byte, name and text on its way, and refuses to finish a bundle with a hit.

    Args:
        inner: takes the bundle.
        looked: what is looked for.
        pdf_texts: reads PDFs.
        around: what lies below a zip, so that what stands in it beside the files is searched too.
        not_searched: takes the names of files whose inside could not be read.
    """

    def __init__(
        self, inner: Sink, looked: Looked, pdf_texts: PdfTexts, around: "SearchingStream | None" = None,
        not_searched: list[str] | None = None,
    ) -> None:  # fmt: skip
        self._inner, self._looked, self._pdf_texts = inner, looked, pdf_texts
        self._around = around
        if around is not None:
            around.look_for(looked.documents)
        self._hits = Hits()
        self._find_once = lru_cache(_REMEMBERED)(_find)
        self.not_searched: list[str] = [] if not_searched is None else not_searched
        """Files whose inside could not be read; their bytes were searched."""

    @contextlib.contextmanager
    def open(self, path: str, size: int | None = None, coded: Stretches = ()) -> Iterator[Writes]:
        """A writer for a new file, which is searched while it is written and read once more when it ends."""
        if path == SCRIPT:
            # The same in every bundle, and a verifier compares it; its list of words holds half of the language.
            with self._inner.open(path, size, coded) as file, self._aside():
                yield file
            return
        matcher = self._named(path)
        search = StreamSearch(matcher, coded)
        with self._inner.open(path, size, coded) as file, self._aside():
            both = _Both(path, search, file)
            yield both
        self._found(matcher, search.found, path)
        self._read(matcher, path, both.kept, 0)

    def take(self, path: str, early: Early, coded: Stretches) -> None:
        """A file that stands there already gets its path, and is searched as if it were written now.

        Of one that is no text only what is not coded is read. Raises `OSError`.
        """
        matcher = self._named(path)
        with early.open() as file:
            if _is_read(path, file.read(_PDF_WITHIN)):
                search = StreamSearch(matcher, coded)
                both = _Both(path, search)
                file.seek(0)
                while block := file.read(_BLOCK):
                    both.write(block)
                self._read(matcher, path, both.kept, 0)
            else:
                search = StreamSearch(matcher)
                for block in _between(file, coded, early.digest.size):
                    search.feed(block)
        self._found(matcher, search.found, path)
        early.place(path)

    def _named(self, path: str) -> Matcher:
        """Looks at the name of a file; gives what is looked for inside."""
        matcher = self._looked.files if is_media(path) else self._looked.documents
        named = self._looked.documents if _NEUTRAL.fullmatch(path) else matcher
        self._look(named, Surface(f"the name of {path}", path, written=True))
        return matcher

    def hits(self) -> Hits:
        """What was found."""
        return self._hits

    def finish(self) -> None:
        """Makes the bundle exist.

        Raises:
            Refused: something withheld stands in it.
        """
        refuse(self.hits())
        self._inner.finish()
        if self._around is not None:
            self._found(
                self._around.matcher, self._around.search.found, "what stands in the zip beside its files"
            )
            refuse(self.hits())

    def abort(self) -> None:
        """Leaves nothing behind."""
        self._inner.abort()

    @contextlib.contextmanager
    def _aside(self) -> Iterator[None]:
        """While a file is written, what comes below is that file."""
        if self._around is None:
            yield
            return
        self._around.aside = True
        try:
            yield
        finally:
            self._around.aside = False

    def _look(self, matcher: Matcher, surface: Surface) -> None:
        find = self._find_once if len(surface.text) <= _OFTEN else _find
        self._found(matcher, find(matcher, surface.text, surface.written), surface.where)

    def _found(self, matcher: Matcher, indexes: Iterable[int], where: str) -> None:
        for secret in (matcher.secrets[index] for index in indexes):
            self._hits.add(Hit(secret, where))

    def _read(self, matcher: Matcher, path: str, data: io.BytesIO, depth: int) -> None:
        """A file as its readers see it; of what packs other files, those too."""
        begin = bytes(data.getbuffer()[:_PDF_WITHIN])
        pdf, packed = _PDF in begin, begin.startswith(_ZIP)
        if not _is_read(path, begin):
            return
        if data.tell() > LARGEST_TEXT or (packed and depth == _DEEPEST):
            self._not_read(path)
        elif pdf:
            self._pdf(matcher, path, data)
        elif packed:
            self._zip(matcher, path, data, depth)
        else:
            for surface in surfaces(path, data.getvalue()):
                self._look(matcher, surface)

    def _not_read(self, path: str) -> None:
        if len(self.not_searched) < _KEPT:
            self.not_searched.append(path)

    def _pdf(self, matcher: Matcher, path: str, data: io.BytesIO) -> None:
        if self._pdf_texts is None:
            self._not_read(path)
            return
        try:
            texts = self._pdf_texts(data)
        except Exception as error:
            if not hasattr(error, "reason"):
                raise
            self._not_read(path)
            return
        for text in texts:
            # What people wrote stands in report.json cell by cell; short numbers of its print are of entries, pages.
            self._look(matcher, Surface(f"the text of {path}", text, written=path != PDF))

    def _zip(self, matcher: Matcher, path: str, data: io.BytesIO, depth: int) -> None:
        try:
            with zipfile.ZipFile(data) as packed:
                members = packed.infolist()
                if len(members) > _MOST_MEMBERS or sum(one.file_size for one in members) > _MOST_UNPACKED:
                    self._not_read(path)
                    return
                for surface in zip_texts(packed):
                    self._look(matcher, surface)
                for member in members:
                    self._member(matcher, path, member, packed.open(member).read(_MOST_UNPACKED), depth)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
            self._not_read(path)

    def _member(self, matcher: Matcher, path: str, member: zipfile.ZipInfo, data: bytes, depth: int) -> None:
        inside = f"{path}/{clean(member.filename, limit=200)}"
        search = StreamSearch(matcher)
        search.feed(data)
        self._found(matcher, search.found, inside)
        kept = io.BytesIO()
        kept.write(data)
        self._read(matcher, inside, kept, depth + 1)


class SearchingStream:
    """The stream below a zip: what it holds beside the files is searched: names, times, comments."""

    def __init__(self, stream: Writes) -> None:
        self._stream = stream
        self.matcher = Matcher(())
        self.search = StreamSearch(self.matcher)
        self.aside = False
        """Whether what comes is a file, which is searched by itself."""

    def look_for(self, matcher: Matcher) -> None:
        """What is searched for from here on; before it nothing is."""
        self.matcher, self.search = matcher, StreamSearch(matcher)

    def write(self, data: bytes) -> int | None:
        """Takes all of `data`."""
        if not self.aside:
            self.search.feed(data)
        return self._stream.write(data)


class _Both:
    """Searches a file, and writes it if it has to be. `kept` has the whole of what is read as text, PDF or zip."""

    def __init__(self, path: str, search: StreamSearch, file: Writes | None = None) -> None:
        self._path, self._search, self._file = path, search, file
        self._keeps: bool | None = None
        self.kept = io.BytesIO()

    def write(self, data: bytes) -> int | None:
        self._search.feed(data)
        if self._keeps is None:
            self._keeps = _is_read(self._path, data)
        if self._keeps and self.kept.tell() <= LARGEST_TEXT:
            self.kept.write(data)
        return self._file.write(data) if self._file is not None else len(data)


def _find(matcher: Matcher, text: str, written: bool) -> frozenset[int]:
    return frozenset(matcher.in_cell(text) if written else matcher.in_text(text))


def _between(file: BinaryIO, coded: Stretches, size: int) -> Iterator[bytes]:
    """What of a file is no coded picture or sound, in blocks."""
    at = 0
    for start, length in chain(coded, [(size, 0)]):
        file.seek(at)
        while at < start and (block := file.read(min(start - at, _BLOCK))):
            yield block
            at += len(block)
        at = start + length


def _is_read(path: str, begin: bytes) -> bool:
    return is_text(path) or _PDF in begin[:_PDF_WITHIN] or begin.startswith(_ZIP)


def searching(plan: BundlePlan, sink: Sink, around: SearchingStream | None = None) -> SearchingSink:
    """The sink through which the bundle of a plan goes."""
    return SearchingSink(sink, looked_for(plan), plan.pdf_texts, around, plan.not_searched)


def _says_little(where: str) -> bool:
    """Whether a place is not that of a field, which is the one that a person can do something about."""
    return not where.startswith("data/report.json/")


def refuse(hits: Hits) -> None:
    """Raises `Refused` where there are hits, with some of the fields and a place of each, and never a value."""
    if not hits:
        return
    places: dict[str, list[str]] = {}
    for hit in hits:
        # A leaf in the name of a file is longer than a line, and the file is never there to be looked up.
        places.setdefault(hit.secret.where, []).append(_LEAF.sub(_SHORT, hit.where))
    named = [
        f"{field} in {min(found, key=_says_little)}{f' and {len(found) - 1:,} more places' if len(found) > 1 else ''}"
        for field, found in islice(places.items(), _NAMED)
    ]
    named += [f"and {len(places) - _NAMED:,} more fields"] if len(places) > _NAMED else []
    named += [f"and {hits.more:,} more places"] if hits.more else []
    in_purpose = any(hit.where.endswith("/bundle/purpose") for hit in hits)
    raise Refused(
        f"what is withheld was found in the bundle, so nothing was released: {'; '.join(named)}",
        hint=f"{'it stands in --purpose, too: say that in other words; ' if in_purpose else ''}"
        "replace it or hold it back with `copwatch review I-… --profile PROFILE`; if it means something else, there: "
        "--same-word 'RECORD:PATH=WORDS', the words around it as they go out",
    )
