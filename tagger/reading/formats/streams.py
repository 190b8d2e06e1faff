"""The compressed streams of a PDF, measured before PDFium unpacks them: it has no limit of its own, and 2 KB can hold 1 GB."""

from __future__ import annotations

import re
import zlib

from tagger.errors import TaggerError
from tagger.reading.formats.package import MEBIBYTE

MAX_STREAM = 32 * MEBIBYTE  # the drawing of the fullest page has some 5 MB; PDFium takes 15 times the size in memory
_STREAM = re.compile(rb"stream\r?\n")
_END = b"endstream"
_DICTIONARY = 1000  # bytes before a stream in which its dictionary is looked for
_FLATE = re.compile(rb"/(?:FlateDecode|Fl)\b")


def check_streams(data: bytes, name: str) -> None:
    """Raise TaggerError where a stream of a PDF that is no picture unpacks to more than MAX_STREAM bytes."""
    end = 0
    while match := _STREAM.search(data, end):
        start = match.end()
        end = data.find(_END, start)
        if end < 0:
            return
        head = data[max(0, match.start() - _DICTIONARY) : match.start()]
        head = head[head.rfind(b" obj") + 1 :]
        filters = len(_FLATE.findall(head))
        # Pictures are not unpacked for their text.
        if filters and b"/Image" not in head and _unpacked_size(data[start:end], filters) > MAX_STREAM:
            raise TaggerError(
                f"{name}: a stream in it unpacks to over {MAX_STREAM // MEBIBYTE} MB, as no report does; print it to PDF "
                "again if you trust it"
            )
        end += len(_END)


def _unpacked_size(packed: bytes, filters: int) -> int:
    """The size of a stream behind that many layers of compression, counted up to a little over MAX_STREAM."""
    for _ in range(filters):
        try:
            packed = zlib.decompressobj().decompress(packed, MAX_STREAM + 1)
        except zlib.error:
            return 0  # damaged or encrypted: PDFium sees what it makes of it
        if len(packed) > MAX_STREAM:
            break
    return len(packed)
