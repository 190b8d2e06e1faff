"""Which format a file is: by its content where that is unmistakable, else by its suffix.

| the content begins with | is read as |
|---|---|
| `%PDF-` | pdf |
| a ZIP archive with `[Content_Types].xml` | docx or xlsx, by its folders |
| any other ZIP archive | zip |
| a compound file (OLE) with a `WordDocument`, or `{\\rtf` | doc, whatever the suffix |
| `<!DOCTYPE html` or `<html`, in a file named .txt or .md | html |
| text, in a file named .doc, .docx, .wps or .xlsx | html where it begins as a page does, else text (csv for .xlsx) |

Files named .txt and .md are what they are named unless they begin with one of the first five, .html and .csv with one of the
first four.
"""

from __future__ import annotations

import re

from tagger.errors import TaggerError

SUFFIXES = {
    "": "text",
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".docx": "docx",
    ".docm": "docx",
    ".pdf": "pdf",
    ".html": "html",
    ".htm": "html",
    ".xlsx": "xlsx",
    ".csv": "csv",
    ".zip": "zip",
    ".doc": "doc",
    ".wps": "doc",
    ".rtf": "doc",
}
SUPPORTED = ".txt, .md, .docx, .pdf, .html, .xlsx, .csv, .zip, .doc or .wps"

_MIN_TEXT = 4  # bytes; "PK" is no text but what is left of an archive
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|meta|body|table)\b",
    re.I | re.S,
)
_WHOLE_PAGE = re.compile(  # a text may begin with a tag of its own, as Markdown may with a table
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S
)
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\b")


def identify(data: bytes, suffix: str, name: str) -> str:
    """The format of a file: "text", "docx", "pdf", "html", "xlsx", "csv", "zip" or "doc"; `suffix` is a key of SUFFIXES.

    Raises TaggerError for content of a kind that is recognised and not read (presentations, OFD, encrypted documents).
    """
    declared = SUFFIXES[suffix]
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(_ZIP):
        return _in_zip(data, declared, name)
    if data.startswith(_COMPOUND):
        return _in_compound(data, declared, name)
    if data.startswith(b"{\\rtf"):
        return "doc"
    if declared == "text" and _WHOLE_PAGE.match(data[:4096]):
        return "html"
    if declared in ("text", "html", "csv", "pdf", "zip"):
        return declared  # the readers of pdf and zip say what is wrong
    if _PAGE.match(data[:4096]):
        return "html"
    if _XML.match(data):
        return declared  # Word 2003 XML is named .doc
    if len(data) < _MIN_TEXT or not _is_text(data, name):
        return declared
    return "csv" if declared == "xlsx" else "text"


def _in_zip(data: bytes, declared: str, name: str) -> str:
    import zipfile
    from io import BytesIO

    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = {each.replace("\\", "/").lower() for each in archive.namelist()}
    except Exception as error:  # a spoilt directory fails in many ways
        if declared in ("docx", "xlsx", "zip"):
            return declared  # the reader says what is wrong
        from tagger.reading.formats.package import damaged

        raise damaged(name, "ZIP archive or Office document", error) from None
    if "[content_types].xml" in names:
        folders = {each.partition("/")[0] for each in names}
        if "word" in folders:
            return "docx"
        if "xl/workbook.bin" in names:
            raise _refused(name, "a binary Excel workbook (.xlsb)", ".xlsx")
        if "xl" in folders:
            return "xlsx"
        if "ppt" in folders:
            raise _refused(name, "a presentation", ".docx or .pdf")
    if "ofd.xml" in names:
        raise _refused(name, "an OFD document", ".pdf or .docx")
    if "mimetype" in names and "content.xml" in names:
        raise _refused(name, "an OpenDocument file", ".docx or .xlsx")
    return declared if declared in ("docx", "xlsx") else "zip"


def _in_compound(data: bytes, declared: str, name: str) -> str:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        raise TaggerError(f"{name}: is encrypted with a password; open it with the password and save it without one")
    if holds("WordDocument") or declared == "doc":
        return "doc"
    if holds("Workbook") or holds("Book"):
        raise _refused(name, "an old Excel workbook (.xls)", ".xlsx")
    raise _refused(name, "an old Office document (not Word)", ".docx or .xlsx")


def _refused(name: str, what: str, instead: str) -> TaggerError:
    return TaggerError(f"{name}: is {what}, which is not read; save it as {instead}")


def _is_text(data: bytes, name: str) -> bool:
    from tagger.reading.decoding import decode

    try:
        decode(data, name)
    except TaggerError:
        return False
    return True
