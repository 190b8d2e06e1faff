"""Archives (.zip) of reports: one source or one error for every member, whatever the archive holds.

Names in an archive are labels and never become paths. What is unpacked is bounded before it is unpacked, by what the
archive states, and nothing beyond what it states is read.
"""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import PurePosixPath

from tagger.errors import TaggerError
from tagger.reading.formats import ArchiveFound
from tagger.reading.formats.kinds import SUFFIXES
from tagger.reading.formats.package import MEBIBYTE, damaged
from tagger.reading.source import Source, check_suffix, each_report, from_bytes, limit_of, too_large

_KIND = "ZIP archive"
MAX_MEMBERS = 20_000
MAX_TOTAL = 2048 * MEBIBYTE  # unpacked, of all members together, those of inner archives included
MAX_RATIO = 200  # running text packs 3 to 10 times, the emptiest table some 100 times
_SMALL = MEBIBYTE  # below it no ratio matters
MAX_DEPTH = 2  # archives in archives
_SKIPPED_NAMES = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


class _Budget:
    """What may still be unpacked, what is not to be, and what was."""

    def __init__(self, lost: Mapping[int, str]) -> None:
        self.members = MAX_MEMBERS
        self.total = MAX_TOTAL
        self.lost = lost
        self.results = 0  # that were given so far

    def spend(self, archive: zipfile.ZipFile, name: str) -> None:
        infos = archive.infolist()
        self.members -= len(infos)
        self.total -= sum(info.file_size for info in infos)
        if self.members < 0:
            raise TaggerError(f"{name}: holds over {MAX_MEMBERS} files; split it")
        if self.total < 0:
            raise TaggerError(
                f"{name}: unpacks to over {MAX_TOTAL // MEBIBYTE} MB; unpack it yourself if you trust it, or split it"
            )


def members(
    archive: str | bytes, name: str, max_mb: float = 50, lost: Mapping[int, str] | None = None
) -> Iterator[Source | TaggerError]:
    """The reports in an archive, given by its path or bytes, in its order; their names are `name!/member`.

    A member that cannot be read, or is of a type that is not read, gives an error; so does an archive that is damaged
    or over a limit. Folders and what file managers leave behind (__MACOSX, .DS_Store) give nothing. A member that is
    `lost`, by the number of results before it, is not read: the reason is its error.
    """
    limit_of(max_mb)
    budget = _Budget(lost or {})
    for result in _members(archive, name, max_mb, MAX_DEPTH, budget):
        yield result
        budget.results += 1


def _members(
    archive: str | bytes, name: str, max_mb: float, depth: int, budget: _Budget
) -> Iterator[Source | TaggerError]:
    try:
        opened = zipfile.ZipFile(archive if isinstance(archive, str) else BytesIO(archive))
    except Exception as error:  # a spoilt directory fails in many ways
        yield damaged(name, _KIND, error)
        return
    with opened:
        try:
            budget.spend(opened, name)
        except TaggerError as error:
            yield error
            return
        found = False
        for info in opened.infolist():
            path = member_path(info)
            if info.is_dir() or not path or _is_litter(path):
                continue
            found = True
            yield from _member(opened, info, f"{name}!/{path}", max_mb, depth, budget)
        if not found:
            yield TaggerError(f"{name}: there is no file in this archive; nothing to read")


def _member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, max_mb: float, depth: int, budget: _Budget
) -> Iterator[Source | TaggerError]:
    try:
        suffix = check_suffix(name)
        if (
            budget.results in budget.lost and SUFFIXES[suffix] != "zip"
        ):  # an inner archive is read up to its lost member
            raise TaggerError(f"{name}: {budget.lost[budget.results]}")
        data = _unpack(archive, info, name, max_mb)
        yield from each_report(from_bytes(data, name, suffix))
        return
    except ArchiveFound:
        pass
    except TaggerError as error:
        yield error
        return
    if depth == 0:
        yield TaggerError(f"{name}: lies more than {MAX_DEPTH} archives deep; unpack the outer ones")
        return
    yield from _members(data, name, max_mb, depth - 1, budget)


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, max_mb: float) -> bytes:
    limit = limit_of(max_mb)
    if info.flag_bits & 1:
        raise TaggerError(f"{name}: is encrypted with a password; unpack it with the password")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise TaggerError(f"{name}: is a link to another file; put the file itself into the archive")
    # An archive may state a size below the limit and hold more: only what it states is unpacked, and the check sum tells.
    if info.file_size > limit:
        raise TaggerError(too_large(name, info.file_size, max_mb))
    if info.file_size > _SMALL and info.file_size > MAX_RATIO * info.compress_size:
        raise TaggerError(
            f"{name}: unpacks to {info.file_size // max(info.compress_size, 1)} times its packed size, as no report does "
            f"(limit {MAX_RATIO}); unpack it yourself if you trust it"
        )
    try:
        return archive.read(info)
    except NotImplementedError as error:
        raise TaggerError(
            f"{name}: is packed in a way that is not read ({error}); pack it again as a plain ZIP"
        ) from None
    except Exception as error:  # each compression has its own errors
        raise damaged(name, "member of the archive", error) from None


def member_path(info: zipfile.ZipInfo) -> str:
    """The name of a member as a relative path: decoded (Chinese Windows writes GBK), without drive, root or `..`."""
    path = info.filename
    if not info.flag_bits & 0x800:
        raw = path.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                path = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    path = "".join(character if character.isprintable() else "\ufffd" for character in path)
    parts = path.replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", ".", "..") and not (len(part) == 2 and part[1] == ":"))


def _is_litter(path: str) -> bool:
    parts = PurePosixPath(path).parts
    # ~$report.docx holds the name of whoever has report.docx open.
    return "__MACOSX" in parts or parts[-1].lower() in _SKIPPED_NAMES or parts[-1].startswith("~$")
