"""Broken files, each in another way, and words of the reason that is to be given for it."""

from __future__ import annotations

import random
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple

from reports import Report
from writers import archive, pdf, reads_old_formats, workbook, write_docx, write_pdf, write_rtf, write_txt, write_xlsx

MEBIBYTE = 1024 * 1024
_LONG = 2_000_001  # characters
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)  # how .doc, .xls and encrypted .docx begin


class Fault(NamedTuple):
    """A way to be broken: the suffix of the file, its bytes, words of the reason; `good` reports in it are whole."""

    suffix: str
    make: Callable[[Report, random.Random], bytes]
    reason: str
    good: int = 0


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) // 4, len(data) // 2)]


def _bad_gbk(report: Report, chance: random.Random) -> bytes:
    data = bytearray("\n".join(report.lines()).encode("gb18030"))
    place = chance.randrange(len(data) // 2, len(data))
    data[place : place + 1] = b"\xff\xff"
    return bytes(data)


def _long(report: Report, chance: random.Random) -> bytes:
    text = "\n".join(report.lines()) + "\n"
    return (text * (_LONG // len(text) + 1)).encode()


def _bomb(report: Report, chance: random.Random) -> bytes:
    return archive({"2023年工作总结.txt": b" " * (40 * MEBIBYTE)})


def _big_part(report: Report, chance: random.Random) -> bytes:
    return archive({"[Content_Types].xml": b"", "word/document.xml": bytes(33 * MEBIBYTE)})


def _locked_zip(report: Report, chance: random.Random) -> bytes:
    """An archive whose members are marked as encrypted, in both places where that is said."""
    data = bytearray(archive({"总结.txt": write_txt(report, chance)}))
    with zipfile.ZipFile(BytesIO(bytes(data))) as opened:
        start = opened.start_dir
    for place in (6, start + 8):
        data[place : place + 2] = struct.pack("<H", struct.unpack_from("<H", data, place)[0] | 1)
    return bytes(data)


def _half_zip(report: Report, chance: random.Random) -> bytes:
    return archive({"一.docx": write_docx(report, chance), "二.docx": b"PK", "三.txt": "今年完成培训5人。".encode()})


FAULTS: dict[str, Fault] = {
    "empty": Fault(".txt", lambda report, chance: b"", "the file is empty"),
    "empty-docx": Fault(".docx", lambda report, chance: b"", "the file is empty"),
    "blank": Fault(".txt", lambda report, chance: b" \r\n\t" * chance.randrange(1, 50), "only whitespace"),
    "gbk": Fault(".txt", _bad_gbk, "is not valid GB18030"),
    "program": Fault(".txt", lambda report, chance: b"\x7fELF" + chance.randbytes(4000), "a program, not text"),
    "picture": Fault(".txt", lambda report, chance: b"\x89PNG\r\n\x1a\n" + chance.randbytes(4000), "a PNG picture"),
    "long": Fault(".txt", _long, "characters, the limit of one report"),
    "photo": Fault(".jpg", lambda report, chance: b"\xff\xd8\xff" + chance.randbytes(4000), ".jpg are not supported"),
    "cut-docx": Fault(".docx", lambda report, chance: _cut(write_docx(report, chance), chance), "is damaged"),
    "locked-docx": Fault(
        ".docx", lambda report, chance: _COMPOUND + "EncryptedPackage".encode("utf-16-le"), "encrypted with a password"
    ),
    "big-docx": Fault(".docx", _big_part, "unpacks to 33 MB"),
    "cut-xlsx": Fault(".xlsx", lambda report, chance: _cut(write_xlsx(report, chance), chance), "is damaged"),
    "xls": Fault(".xlsx", lambda report, chance: _COMPOUND + "Workbook".encode("utf-16-le"), "an old Excel workbook"),
    "empty-xlsx": Fault(".xlsx", lambda report, chance: workbook(表=[]), "nothing to read"),
    "cut-pdf": Fault(".pdf", lambda report, chance: write_pdf(report, chance)[:300], "is damaged"),
    "locked-pdf": Fault(
        ".pdf", lambda report, chance: pdf([[(90, 700, "总结")]], encrypt=True), "encrypted with a password"
    ),
    "scan": Fault(".pdf", lambda report, chance: pdf([[], []], picture=True), "it is a scan"),
    "empty-html": Fault(
        ".html", lambda report, chance: b"<html><body><script>1</script></body></html>", "nothing to read"
    ),
    "bomb": Fault(".zip", _bomb, "times its packed size"),
    "cut-zip": Fault(
        ".zip", lambda report, chance: _cut(archive({"一.txt": chance.randbytes(999)}), chance), "is damaged"
    ),
    "locked-zip": Fault(".zip", _locked_zip, "encrypted with a password"),
    "half-zip": Fault(".zip", _half_zip, "is damaged", good=2),
} | ({} if reads_old_formats() else {"doc": Fault(".doc", write_rtf, "LibreOffice")})
