"""Files of every format, built in code for the tests of reading."""

from __future__ import annotations

import zipfile
from io import BytesIO

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl import Workbook

W = nsdecls("w")


def word(*blocks: object) -> bytes:
    """A document: a string is a paragraph, a list of lists a table, XML (bytes) what stands in the body as it is."""
    document = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
        elif isinstance(block, bytes):
            document.element.body.insert_element_before(parse_xml(block), "w:sectPr")
        else:
            _add_table(document, block)
    return saved(document)


def _add_table(document: object, rows: list[list[str]]) -> None:
    table = document.add_table(rows=0, cols=max(map(len, rows)))
    for row in rows:
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=False):
            cell.text = text


def saved(document: object) -> bytes:
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def paragraph(inner: str) -> bytes:
    """A `w:p` of that XML."""
    spaces = nsdecls("w", "wp", "a", "r") + (
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
        ' xmlns:v="urn:schemas-microsoft-com:vml"'
        ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    )
    return f"<w:p {spaces}>{inner}</w:p>".encode()


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def numbered(levels: list[tuple[str, str]], items: list[object], instances: str = "") -> bytes:
    """A document of numbered paragraphs: `levels` are (format, pattern), `items` (level, text), or a list of rows.

    A level of None is a paragraph without a number.
    """
    document = docx.Document()
    numbering = document.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    inner = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        for i, (form, pattern) in enumerate(levels)
    )
    numbering.append(parse_xml(f'<w:abstractNum {W} w:abstractNumId="7">{inner}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {W} w:numId="1"><w:abstractNumId w:val="7"/></w:num>'))
    numbering.append(parse_xml(f'<w:num {W} w:numId="2"><w:abstractNumId w:val="7"/>{instances}</w:num>'))
    for item in items:
        if isinstance(item, list):
            _add_table(document, item)
            continue
        level, text = item
        if level is None:
            document.add_paragraph(text)
            continue
        # A level of 10 or more is one of the second instance.
        element = document.add_paragraph(text)._p
        number = f'<w:numPr {W}><w:ilvl w:val="{level % 10}"/><w:numId w:val="{level // 10 + 1}"/></w:numPr>'
        element.get_or_add_pPr().append(parse_xml(number))
    return saved(document)


def with_part(data: bytes, path: str, content: bytes) -> bytes:
    """A package with one of its parts replaced."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != path:
                new.writestr(info.filename, old.read(info))
        new.writestr(path, content)
    return buffer.getvalue()


def workbook(**sheets: list[list[object]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def archive(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as opened:
        for name, data in files.items():
            opened.writestr(name, data)
    return buffer.getvalue()


def pdf(pages: list[list[tuple[float, float, str]]], encrypt: bool = False, picture: bool = False) -> bytes:
    """A PDF whose pages are lists of (x, y, text), set 10 points high in a Chinese font that is not embedded."""
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{2 * i + 6} 0 R' for i in range(len(pages)))}] >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 "
        b"/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] >> "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
        stream(
            b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8", b"\x80"
        ),
    ]
    for lines in pages:
        content = b"q 500 0 0 700 40 40 cm /X Do Q\n" if picture else b""
        for x, y, text in lines:
            content += f"BT /F 10 Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n".encode()
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects) + 2} 0 R "
            "/Resources << /Font << /F 3 0 R >> /XObject << /X 5 0 R >> >> >>".encode()
        )
        objects.append(stream(b"<<", content))
    out = b"%PDF-1.5\n"
    offsets = []
    for number, each in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + each + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    locked = f"/ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'11' * 32}> /U <{'22' * 32}> >> "
    trailer = f"/Size {len(objects) + 1} /Root 1 0 R {locked if encrypt else ''}"
    return out + f"trailer << {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()


def stream(head: bytes, content: bytes) -> bytes:
    return head + f" /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"


def printed(*pages: list[str]) -> list[list[tuple[float, float, str]]]:
    """Lines of running text, from the top of each page down."""
    return [[(90, 780 - 20 * row, text) for row, text in enumerate(lines)] for lines in pages]


__all__ = [
    "W",
    "archive",
    "numbered",
    "paragraph",
    "pdf",
    "printed",
    "run",
    "saved",
    "stream",
    "with_part",
    "word",
    "workbook",
]
