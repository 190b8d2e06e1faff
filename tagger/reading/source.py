"""Where a report comes from: a path or standard input, of any format that is read, to its text."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import PurePath
from typing import BinaryIO, NamedTuple

from tagger.errors import TaggerError
from tagger.reading.characters import BLANK_RUN
from tagger.reading.formats import ArchiveFound, extract
from tagger.reading.formats.kinds import SUFFIXES, SUPPORTED
from tagger.reading.places import Place, place_at

STDIN = "-"
MEBIBYTE = 1024 * 1024
# A text takes up to 300 MB in memory a million characters while it is scored: the limit bounds what a process may take,
# whatever is in a folder. A yearbook of a thousand pages has a million.
MAX_CHARACTERS = 2_000_000


class Source(NamedTuple):
    """A report as it came: its name, its text, the encoding, the SHA-256 of the bytes, its format, and the places in it.

    All offsets refer to `text`: the decoded file for format "text", what was extracted for the others. `encoding` is
    None for formats that are not text; `places` is empty for those without pages, paragraphs or rows. `reports` is where
    each report begins, in a table of several.
    """

    name: str
    text: str
    encoding: str | None
    sha256: str
    format: str = "text"
    places: tuple[Place, ...] = ()
    reports: tuple[int, ...] = ()


def load(path: str, max_mb: float = 50) -> Source:
    """Read one report; `path` "-" is standard input. `max_mb` limits the file, MAX_CHARACTERS the text in it.

    Raises TaggerError naming the file, what is wrong and what to do.
    """
    try:
        data, suffix = _fetch(path, max_mb)
        if data is not None:
            return from_bytes(data, path, suffix)
    except ArchiveFound:
        pass
    shown = _shown(path)
    raise TaggerError(f"{shown}: is an archive of files; score what is in it with: tagger batch {shown}")


def is_archive(path: str) -> bool:
    """Whether a file is one of many by its name; one that is by its content alone is read all the same."""
    return SUFFIXES.get(PurePath(path).suffix.lower()) == "zip"


def load_all(path: str, max_mb: float = 50, lost: Mapping[int, str] | None = None) -> Iterator[Source | TaggerError]:
    """The report in a file, or those in an archive or a table: a source for each, or the error that says what is wrong with it.

    Members of an archive that are `lost`, by the number of results before them, are not read; an error gives the reason.

    The size of an archive itself is not limited, that of each file in it is, archives among them. Raises nothing.
    """
    from tagger.reading.formats.archive import members

    data = None
    try:
        data, suffix = _fetch(path, max_mb)
        if data is not None:
            yield from each_report(from_bytes(data, path, suffix))
            return
    except ArchiveFound:
        pass
    except TaggerError as error:
        yield error
        return
    yield from members(path if data is None else data, _shown(path), max_mb, lost or {})


def from_bytes(data: bytes, name: str, suffix: str) -> Source:
    """The report in the bytes of a file; `name` is what messages and results call it, `suffix` one that is read.

    Raises ArchiveFound for an archive, TaggerError naming the file, what is wrong and what to do for the rest.
    """
    shown = _shown(name)
    if not data:
        raise TaggerError(f"{shown}: the file is empty; nothing to read")
    form, extracted = extract(data, shown, suffix, MAX_CHARACTERS)
    if not BLANK_RUN.sub("", extracted.text):
        raise TaggerError(f"{shown}: there is only whitespace in it; nothing to read")
    from hashlib import sha256

    # A file name need not be valid UTF-8; what is written about it must be.
    printable = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    digest = sha256(data).hexdigest()
    return Source(printable, extracted.text, extracted.encoding, digest, form, extracted.places, extracted.reports)


def each_report(source: Source) -> Iterator[Source]:
    """The reports of a table of several, each named by its row, with the SHA-256 of its text and offsets into that; else the source."""
    if len(source.reports) < 2:
        yield source
        return
    from hashlib import sha256

    for start, end in pairwise((*source.reports, len(source.text))):
        text = source.text[start:end].rstrip()
        places = tuple(Place(place.start - start, place.label) for place in source.places if start <= place.start < end)
        digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        name = f"{source.name}!/{place_at(source.places, start)}"
        yield source._replace(name=name, text=text, sha256=digest, places=places, reports=())


def limit_of(max_mb: float) -> int:
    """A limit in bytes. Raises TaggerError for one that is none."""
    if not 0 < max_mb < float("inf"):
        raise TaggerError(f"--max-mb {max_mb:g}: give a number of megabytes greater than 0")
    return int(max_mb * MEBIBYTE)


def check_suffix(name: str) -> str:
    """The suffix of a file name, a key of `kinds.SUFFIXES`. Raises TaggerError for a type that is not read."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise TaggerError(f"{name}: files of type {suffix} are not supported; save it as {SUPPORTED}")
    return suffix


def too_large(name: str, size: int | None, max_mb: float) -> str:
    """The message for a file over the limit, with its size in bytes where it is known."""
    found = f"is {max(size / MEBIBYTE, 0.1):.1f} MB, over" if size is not None else "is over"
    return f"{name}: the file {found} the limit of {max_mb:g} MB; split it or raise --max-mb"


def _fetch(path: str, max_mb: float) -> tuple[bytes | None, str]:
    """The bytes of a file and its suffix; no bytes for an archive over the limit, which is read member by member."""
    limit = limit_of(max_mb)
    if path == STDIN:
        if sys.stdin is None:
            raise TaggerError("standard input is closed; name a file")
        return _read_limited(sys.stdin.buffer, _shown(path), limit, max_mb), ""
    try:
        status = os.stat(path)
    except FileNotFoundError:
        raise TaggerError(f"{path}: no such file; check the name") from None
    except (OSError, ValueError) as error:
        raise TaggerError(f"{path}: cannot be read ({_reason(error)}); check the path and its permissions") from None
    if stat.S_ISDIR(status.st_mode):
        raise TaggerError(f"{path}: is a folder; name the files in it, for example {path.rstrip('/')}/*.txt")
    suffix = check_suffix(path)
    if stat.S_ISREG(status.st_mode) and status.st_size > limit:
        if SUFFIXES[suffix] == "zip":
            return None, suffix
        raise TaggerError(too_large(path, status.st_size, max_mb))
    try:
        with open(path, "rb") as file:
            return _read_limited(file, path, limit, max_mb), suffix
    except OSError as error:
        raise TaggerError(f"{path}: cannot be read ({_reason(error)}); check its permissions") from None


def _read_limited(file: BinaryIO, name: str, limit: int, max_mb: float) -> bytes:
    data = file.read(limit + 1)
    if len(data) > limit:
        raise TaggerError(too_large(name, None, max_mb))
    return data


def _shown(path: str) -> str:
    return "standard input" if path == STDIN else path


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
