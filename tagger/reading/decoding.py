"""Bytes to text: UTF-8, GB18030 (and so GBK and GB2312) or UTF-16, detected; anything else is an error."""

from __future__ import annotations

import codecs
import re

from tagger.errors import TaggerError
from tagger.reading.characters import HAN

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # UTF-32 before UTF-16: its little-endian mark begins with the mark of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_MAGIC = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an Office document (docx, xlsx)"),
    (b"\xd0\xcf\x11\xe0", "an old Office document (doc, xls, wps)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x7fELF", "a program"),
)

# Control characters that no text file has; tab, newlines, form feed and the Ctrl-Z of old DOS files are none.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b\x7f]")
_CONTROL_SHARE = 0.01

_OTHERS = ("gb18030", "utf-16-le", "utf-16-be")
_SAMPLE = 4000
_PLAUSIBLE = 0.7
_IDEOGRAPH = re.compile(rf"[{HAN}\u2010-\u203f\u3000-\u303f\uff00-\uffef]")

_ADVICE = "save it as UTF-8 text and try again"


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Decode a report; return (text, encoding), where `data.decode(encoding) == text`.

    Newlines are kept as they are. Raises TaggerError for binary files and for bytes that no accepted encoding explains.
    """
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise TaggerError(f"{name}: this is {kind}, not text; {_ADVICE}")
    encoding = _detect(data, name)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        byte = data[error.start]
        raise TaggerError(
            f"{name}: byte 0x{byte:02X} at position {error.start} is not valid {encoding.upper()}; {_ADVICE}"
        ) from None
    if len(_CONTROL.findall(text)) > _CONTROL_SHARE * len(text):
        raise TaggerError(f"{name}: this is a binary file, not text; {_ADVICE}")
    return text, encoding


def _detect(data: bytes, name: str) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return encoding
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        # Text of another encoding does not begin with several characters' worth of valid UTF-8 by accident: this is
        # UTF-8 with a bad byte, and decode() names the place. Guessing on would give mojibake.
        if len(data[: error.start].translate(None, bytes(range(128)))) >= 12:
            return "utf-8"
    else:
        # UTF-16 text in ASCII or of even bytes can pass for UTF-8, but only with NULs in it.
        if b"\x00" not in data:
            return "utf-8"
    # Imported here: most files are UTF-8 and never need it, and start-up is counted in milliseconds.
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=["utf_8", *(name.replace("-", "_") for name in _OTHERS)]).best()
    guess = best.encoding.replace("_", "-") if best else None
    # The library goes by statistics, which a short text or one full of masks does not have. Whether a decoding gives
    # the characters of a Chinese text can be asked directly, so each is asked, its guess first.
    shares = {encoding: _plausibility(data, encoding) for encoding in dict.fromkeys([guess, *_OTHERS]) if encoding}
    chosen = max(shares, key=lambda encoding: shares[encoding])
    return chosen if shares[chosen] >= _PLAUSIBLE else _nearest(data, name)


def _plausibility(data: bytes, encoding: str) -> float:
    """Share of the characters, of the first thousands, that Chinese text is made of; 0 where the bytes do not decode."""
    try:
        sample = data.decode(encoding)[:_SAMPLE]
    except UnicodeDecodeError:
        return 0.0
    return sum(_weight(character) for character in sample) / len(sample) if sample else 0.0


def _weight(character: str) -> float:
    if character.isascii():
        return 1.0 if character.isprintable() or character.isspace() else 0.0
    try:
        # The 6,763 characters and the signs in common use; a rare one may still be a name.
        character.encode("gb2312")
    except UnicodeEncodeError:
        return 0.4 if _IDEOGRAPH.match(character) else 0.0
    return 1.0


def _nearest(data: bytes, name: str) -> str:
    """The encoding that explains all but a byte or so of the data: decode() then names the place. Raises otherwise."""
    reach = {}
    for encoding in ("utf-8", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError as error:
            reach[encoding] = error.start
    if reach and max(reach.values()) >= 0.01 * len(data) and max(reach.values()) > 16:
        return max(reach, key=lambda encoding: reach[encoding])
    raise TaggerError(f"{name}: the bytes are neither UTF-8 nor GB18030/GBK nor UTF-16 text; {_ADVICE}")
