"""The ZIP packages that .docx and .xlsx are, opened with limits: what is unpacked is bounded before it is unpacked."""

from __future__ import annotations

import zipfile
from io import BytesIO

from tagger.errors import TaggerError

MEBIBYTE = 1024 * 1024
# A report of a thousand pages has some 20 MB of document.xml; parsing takes about ten times the size in memory.
MAX_PART = 32 * MEBIBYTE
_DOCTYPES = (b"<!DOCTYPE", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))


def damaged(name: str, kind: str, reason: object = "") -> TaggerError:
    """The error for a file that is not, or no longer, a whole `kind`."""
    detail = " ".join(str(reason).split())[:120]
    return TaggerError(
        f"{name}: is damaged or no real {kind}{f' ({detail})' if detail else ''}; "
        "open it in the program that made it and save it again, or get it anew"
    )


def open_package(data: bytes, name: str, kind: str) -> zipfile.ZipFile:
    """The package as an open archive. Raises TaggerError where it is none."""
    try:
        return zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise damaged(name, kind, error) from None


def read_part(package: zipfile.ZipFile, path: str, name: str, kind: str) -> bytes | None:
    """The bytes of one XML part, None where there is none.

    Raises TaggerError for a damaged one, one over the limit, and one with a document type: the standard forbids those,
    and entities that expand a thousandfold live in them.
    """
    try:
        info = package.getinfo(path)
    except KeyError:
        return None
    if info.file_size > MAX_PART:
        raise TaggerError(
            f"{name}: {path} in it unpacks to {info.file_size // MEBIBYTE} MB, over the limit of "
            f"{MAX_PART // MEBIBYTE} MB; no report is that long: split it, or get it anew"
        )
    try:
        part = package.read(info)
    except Exception as error:  # zlib, bzip2 and lzma each have their own errors for spoilt data
        raise damaged(name, kind, error) from None
    refuse_doctype(part, path, name)
    return part


def refuse_doctype(part: bytes, path: str, name: str) -> None:
    """Raise TaggerError where an XML part declares a document type."""
    if any(doctype in part for doctype in _DOCTYPES):
        raise TaggerError(f"{name}: {path} in it declares a document type, which no Office program writes; get it anew")
