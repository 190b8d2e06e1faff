"""Where a report comes from: a path or standard input, to decoded text."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import BinaryIO, NamedTuple

from tagger.errors import TaggerError
from tagger.reading.characters import BLANK_RUN
from tagger.reading.decoding import decode

STDIN = "-"
SUFFIXES = (".txt", ".md", ".text", "")
MEBIBYTE = 1024 * 1024


class Source(NamedTuple):
    """A report as it came: its name, the decoded text, the encoding, and the SHA-256 of the bytes."""

    name: str
    text: str
    encoding: str
    sha256: str


def load(path: str, max_mb: float = 50) -> Source:
    """Read and decode one report; `path` "-" is standard input.

    Raises TaggerError naming the file, what is wrong and what to do.
    """
    if not 0 < max_mb < float("inf"):
        raise TaggerError(f"--max-mb {max_mb:g}: give a number of megabytes greater than 0")
    limit = int(max_mb * MEBIBYTE)
    if path == STDIN:
        if sys.stdin is None:
            raise TaggerError("standard input is closed; name a file")
        data = _read_limited(sys.stdin.buffer, "standard input", limit, max_mb)
        name = "standard input"
    else:
        data = _read_path(path, limit, max_mb)
        name = path
    if not data:
        raise TaggerError(f"{name}: the file is empty; nothing to read")
    text, encoding = decode(data, name)
    if not BLANK_RUN.sub("", text):
        raise TaggerError(f"{name}: there is only whitespace in it; nothing to read")
    from hashlib import sha256

    # A file name need not be valid UTF-8; what is written about it must be.
    shown = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return Source(shown, text, encoding, sha256(data).hexdigest())


def _read_path(path: str, limit: int, max_mb: float) -> bytes:
    try:
        status = os.stat(path)
    except FileNotFoundError:
        raise TaggerError(f"{path}: no such file; check the name") from None
    except (OSError, ValueError) as error:
        raise TaggerError(f"{path}: cannot be read ({_reason(error)}); check the path and its permissions") from None
    if stat.S_ISDIR(status.st_mode):
        raise TaggerError(f"{path}: is a folder; name the files in it, for example {path.rstrip('/')}/*.txt")
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise TaggerError(f"{path}: files of type {suffix} are not supported; save it as .txt or .md (UTF-8)")
    if stat.S_ISREG(status.st_mode) and status.st_size > limit:
        raise TaggerError(_too_large(path, status.st_size, max_mb))
    try:
        with open(path, "rb") as file:
            return _read_limited(file, path, limit, max_mb)
    except OSError as error:
        raise TaggerError(f"{path}: cannot be read ({_reason(error)}); check its permissions") from None


def _read_limited(file: BinaryIO, name: str, limit: int, max_mb: float) -> bytes:
    data = file.read(limit + 1)
    if len(data) > limit:
        raise TaggerError(_too_large(name, None, max_mb))
    return data


def _too_large(name: str, size: int | None, max_mb: float) -> str:
    found = f"is {max(size / MEBIBYTE, 0.1):.1f} MB, over" if size is not None else "is over"
    return f"{name}: the text {found} the limit of {max_mb:g} MB; split it or raise --max-mb"


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
