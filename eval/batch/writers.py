"""A report as a file of each format, in the encodings and shapes that offices send."""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Callable
from html import escape

from reports import ROOT, Block, Report

from tagger.reading.enumerators import read_enumerator

sys.path.append(str(ROOT / "tests"))  # the tests build files of the same formats
from office_files import archive, numbered, pdf, workbook

Writer = Callable[[Report, random.Random], bytes]

_ENCODINGS = (("utf-8", 60), ("gb18030", 25), ("utf-8-sig", 10), ("utf-16", 5))
_PAGE_LINES, _LINE = 36, 38  # of a printed page
_WORD_LEVELS = [("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3.")]
_AUTOMATIC = {"cjk": 0, "bracket_cjk": 1, "arabic_dot": 2}  # levels of Word that number a heading of that style


def write_txt(report: Report, chance: random.Random) -> bytes:
    """Plain text in one of the encodings, with one of the two kinds of line ends."""
    names, weights = zip(*_ENCODINGS, strict=True)
    text = chance.choice(("\n", "\r\n")).join(report.lines()) + "\n"
    return text.encode(chance.choices(names, weights)[0])


def write_md(report: Report, chance: random.Random) -> bytes:
    """Markdown with `#` headings."""
    lines = [
        "#" * (block.level + 1) + " " + block.text if block.level is not None else block.text for block in report.blocks
    ]
    return ("\n\n".join([*lines, *("\t".join(row) for row in report.table)]) + "\n").encode()


def write_docx(report: Report, chance: random.Random) -> bytes:
    """A Word document; in two of three the headings are numbered by Word, not in the text."""
    automatic = chance.random() < 0.67

    def item(block: Block) -> tuple[int | None, str]:
        mark = read_enumerator(block.text) if block.level and automatic else None
        if mark is None or mark.style not in _AUTOMATIC:
            return None, block.text
        return _AUTOMATIC[mark.style], block.text[mark.length :]

    items: list[object] = [item(block) for block in report.blocks]
    return numbered(_WORD_LEVELS, [*items, report.table] if report.table else items)


def write_pdf(report: Report, chance: random.Random) -> bytes:
    """Printed pages with a text layer: lines broken at the margin, a running head, page numbers."""
    printed: list[str] = []
    for line in report.lines():
        # No first line begins within the margin of the line before, or it would read as its end.
        line = line.replace("\t", "　") if line.count("\t") else "　　" + line
        printed += [line[start : start + _LINE] for start in range(0, len(line), _LINE)]
    pages = []
    for number, start in enumerate(range(0, len(printed), _PAGE_LINES), 1):
        lines = [(90.0, 740.0 - 18 * row, text) for row, text in enumerate(printed[start : start + _PAGE_LINES])]
        pages.append([(220.0, 790.0, report.blocks[0].text[:20]), *lines, (280.0, 40.0, f"— {number} —")])
    return pdf(pages)


def write_html(report: Report, chance: random.Random) -> bytes:
    """A page of a government site, declared as what it is, with menus around the report."""
    charset = chance.choice(("utf-8", "gb18030"))
    tags = {0: "h1", 1: "h2", 2: "h3"}
    body = [
        f"<{tag}>{escape(block.text)}</{tag}>"
        for block in report.blocks
        for tag in (tags.get(block.level, "p") if block.level is not None else "p",)
    ]
    rows = ["<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in report.table]
    table = ["<table>", *rows, "</table>"] if rows else []
    menu = (
        "<ul>"
        + "".join(f'<li><a href="/{each}">{each}</a></li>' for each in ("首页", "政务公开", "互动交流"))
        + "</ul>"
    )
    head = f'<html><head><meta charset="{charset.replace("gb18030", "gb2312")}"><title>{escape(report.blocks[0].text)}</title></head>'
    return "\n".join(["<!DOCTYPE html>", head, "<body>", menu, *body, *table, "</body></html>"]).encode(charset)


def write_xlsx(report: Report, chance: random.Random) -> bytes:
    """A workbook with the report in a column of texts, and its table on a sheet of its own."""
    rows: list[list[object]] = [
        ["序号", "正文"],
        *([number, block.text] for number, block in enumerate(report.blocks, 1)),
    ]
    figures: list[list[object]] = [[int(cell) if cell.isdecimal() else cell for cell in row] for row in report.table]
    return workbook(正文=rows, 附表=figures) if figures else workbook(正文=rows)


def write_csv(report: Report, chance: random.Random) -> bytes:
    """A CSV with a column of texts, as Excel saves it: GBK, or UTF-8 with its mark."""
    import csv
    from io import StringIO

    buffer = StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(["序号", "正文"])
    writer.writerows([number, line] for number, line in enumerate(report.lines(), 1))
    return buffer.getvalue().encode(chance.choice(("gb18030", "utf-8-sig")))


def write_rtf(report: Report, chance: random.Random) -> bytes:
    """Rich text, which is what many a .doc and .wps is; LibreOffice reads it."""
    lines = ["".join(rf"\u{ord(character)}?" for character in line) for line in report.lines()]
    return (r"{\rtf1\ansi\uc1 " + r"\par ".join(lines) + "}").encode("ascii")


# One writer and a share in a thousand per suffix.
FORMATS: dict[str, tuple[Writer, int]] = {
    ".txt": (write_txt, 400),
    ".docx": (write_docx, 250),
    ".pdf": (write_pdf, 120),
    ".html": (write_html, 80),
    ".md": (write_md, 40),
    ".xlsx": (write_xlsx, 40),
    ".csv": (write_csv, 40),
}
# These need LibreOffice; without it each is a failure.
OLD_FORMATS: dict[str, tuple[Writer, int]] = {".doc": (write_rtf, 5), ".wps": (write_rtf, 5)}


def reads_old_formats() -> bool:
    """Whether LibreOffice is there."""
    return shutil.which("soffice") is not None or shutil.which("libreoffice") is not None


def choose_suffix(chance: random.Random) -> str:
    """A format by its share."""
    known = FORMATS | OLD_FORMATS if reads_old_formats() else FORMATS
    return chance.choices(list(known), [share for _, share in known.values()])[0]


def write(suffix: str, report: Report, chance: random.Random) -> bytes:
    """A report as a file of that suffix."""
    return (FORMATS | OLD_FORMATS)[suffix][0](report, chance)


def write_zip(members: dict[str, bytes], chance: random.Random) -> bytes:
    """An archive, by half with the names in GBK as Chinese Windows writes them."""
    if chance.random() < 0.5:
        return archive(members)
    # zipfile writes such names as UTF-8 only: names in ASCII of the same length are put in and exchanged.
    raw = {name.encode("gb18030"): data for name, data in members.items()}
    stand_ins = {f"{place:04}".ljust(len(name), "_"): name for place, name in enumerate(raw)}
    packed = archive(dict(zip(stand_ins, raw.values(), strict=True)))
    for stand_in, name in stand_ins.items():
        packed = packed.replace(stand_in.encode("ascii"), name)
    return packed
