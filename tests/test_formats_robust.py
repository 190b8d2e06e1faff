"""Whatever is wrong with a file, of any format and under any name: one line that says so, and never anything else."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from office_files import archive, pdf, printed, word, workbook

from tagger.errors import TaggerError
from tagger.reading import Source, load, place_at
from tagger.reading.formats import ArchiveFound, extract, office
from tagger.reading.formats import archive as archives
from tagger.reading.formats.kinds import SUFFIXES
from tagger.reading.source import from_bytes

SENTENCE = "全年门诊5万人次，家庭医生签约率达到七成。"
HTML = f"<!DOCTYPE html><html><head><meta charset=gb2312></head><body><table><tr><td>{SENTENCE}</td></tr></table></body></html>"
BUILD: dict[str, Callable[[], bytes]] = {
    "docx": lambda: word(*[SENTENCE] * 9, [["指标", "数量"], ["门诊", "5"]]),
    "pdf": lambda: pdf(printed(*[[SENTENCE] * 9] * 3)),
    "html": lambda: HTML.encode("gb18030"),
    "xlsx": lambda: workbook(表=[["指标", "数量"], ["门诊", 5]] * 5),
    "csv": lambda: f"指标,数量\n{SENTENCE},5\n".encode("gb18030"),
    "zip": lambda: archive({"r.docx": word(SENTENCE), "r.txt": SENTENCE.encode()}),
    "text": lambda: SENTENCE.encode("gb18030") * 9,
    "doc": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") + bytes(600),
}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return {form: build() for form, build in BUILD.items()}


@pytest.fixture(autouse=True)
def _no_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office.shutil, "which", lambda name: None)


def results(data: bytes, suffix: str) -> list[Source | TaggerError]:
    """What comes of a file: sources and errors, all well-formed; anything else is raised."""
    name = f"r{suffix}"
    try:
        found: list[Source | TaggerError] = [from_bytes(data, name, suffix)]
    except ArchiveFound:
        found = list(archives.members(data, name))
    except TaggerError as error:
        found = [error]
    assert found
    for each in found:
        if isinstance(each, TaggerError):
            assert str(each).startswith(name) and len(str(each).splitlines()) == 1 and len(str(each)) < 600, str(each)
        else:
            starts = [place.start for place in each.places]
            assert starts == sorted(set(starts)) and all(start < len(each.text) for start in starts)
            assert place_at(each.places, len(each.text)) or not starts
    return found


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("form", BUILD)
def test_any_format_under_any_name(files: dict[str, bytes], form: str, suffix: str) -> None:
    found = results(files[form], suffix)
    binary = form in ("docx", "pdf", "xlsx", "zip", "doc")
    if form == "doc":
        assert "LibreOffice" in str(found[0])
    elif binary:
        # Its content says what it is, whatever the name.
        assert [each.format for each in found if isinstance(each, Source)] == (
            ["docx", "text"]
            if form == "zip" and suffix not in (".docx", ".docm", ".xlsx")
            else [form] * (form != "zip")
        )
    elif suffix in (".pdf", ".zip"):
        assert "damaged" in str(found[0])
    else:
        assert isinstance(found[0], Source) and "全年门诊" in found[0].text


@pytest.mark.parametrize(
    "data", [b"\0" * 5000, b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff" * 999]
)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_rubbish_is_refused(data: bytes, suffix: str) -> None:
    assert all(isinstance(each, TaggerError) for each in results(data, suffix))


@pytest.mark.parametrize("form", BUILD)
def test_truncated_files_give_errors_or_what_is_left(files: dict[str, bytes], form: str) -> None:
    suffix = next(each for each, kind in SUFFIXES.items() if kind == form)
    rng = random.Random(form)
    for cut in [1, 2, 5, 100, *(rng.randrange(1, len(files[form])) for _ in range(25))]:
        found = results(files[form][:cut], suffix)
        if form in ("docx", "xlsx"):
            assert isinstance(found[0], TaggerError)


@pytest.mark.parametrize("form", BUILD)
def test_flipped_bytes_give_errors_or_text(files: dict[str, bytes], form: str) -> None:
    suffix = next(each for each, kind in SUFFIXES.items() if kind == form)
    rng = random.Random(form)
    for _ in range(40):
        data = bytearray(files[form])
        for _ in range(rng.choice((1, 3, 20))):
            data[rng.randrange(len(data))] = rng.randrange(256)
        results(bytes(data), suffix)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"PK\x03\x04", b"%PDF-1.4\n", b"<html>", b"{\\rtf1 ", b"\xff\xfe"]),
    st.sampled_from(list(SUFFIXES)),
)
def test_no_bytes_raise_anything_else(data: bytes, magic: bytes, suffix: str) -> None:
    import unittest.mock

    with unittest.mock.patch.object(office.shutil, "which", lambda name: None):
        results(magic + data, suffix)


@pytest.mark.parametrize(
    ("data", "suffix", "words"),
    [
        (archive({"[Content_Types].xml": b"", "ppt/presentation.xml": b""}), ".docx", "presentation"),
        (archive({"OFD.xml": b""}), ".zip", "OFD"),
        (archive({"mimetype": b"", "content.xml": b""}), ".docx", "OpenDocument"),
        (archive({"[Content_Types].xml": b"", "xl/workbook.bin": b""}), ".xlsx", "xlsb"),
        (BUILD["doc"]()[:8] + "EncryptedPackage".encode("utf-16-le"), ".docx", "password"),
        (BUILD["doc"]()[:8] + "Workbook".encode("utf-16-le"), ".xlsx", r"\.xls\)"),
    ],
)
def test_known_kinds_that_are_not_read_are_named(data: bytes, suffix: str, words: str) -> None:
    with pytest.raises(TaggerError, match=words):
        from_bytes(data, "r", suffix)


def test_a_missing_library_is_one_line(monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes]) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    monkeypatch.setitem(sys.modules, "lxml", None)
    for form in ("pdf", "html"):
        (error,) = results(files[form], f".{form}")
        assert str(error).endswith("pip install 'report-tagger[office]'")


def test_unsupported_types_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "r.pptx"
    path.write_bytes(SENTENCE.encode())
    with pytest.raises(TaggerError, match=r"\.pptx are not supported; save it as \.txt"):
        load(str(path))


def test_a_file_of_each_format_is_loaded_with_its_places(tmp_path: Path, files: dict[str, bytes]) -> None:
    labels = {
        "docx": "paragraph 1",
        "pdf": "page 1",
        "html": None,
        "xlsx": "sheet 表 row 1",
        "csv": "row 1",
        "text": None,
    }
    for form, label in labels.items():
        path = tmp_path / f"r.{'txt' if form == 'text' else form}"
        path.write_bytes(files[form])
        found = load(str(path))
        assert (found.format, place_at(found.places, 0)) == (form, label)
        assert (found.encoding is None) == (form in ("docx", "pdf", "xlsx"))


@pytest.mark.parametrize("start", ["<!DOCTYPE html>\n<html>", "\ufeff\n<html lang=zh>", "<!-- 甲 --><HTML>"])
@pytest.mark.parametrize("suffix", [".txt", ".md", ""])
def test_a_page_in_a_text_file_is_read_as_a_page(start: str, suffix: str) -> None:
    form, found = extract(f"{start}<body><p>{SENTENCE}</p></body></html>".encode(), "r", suffix, 1000)
    assert (form, found.text) == ("html", SENTENCE)


@pytest.mark.parametrize("text", ["<table><tr><td>甲</td></tr></table>", "<htmlx>甲。", "说明：<html>甲。"])
def test_a_text_with_a_tag_in_it_is_a_text(text: str) -> None:
    assert extract(text.encode(), "r", ".md", 1000)[0] == "text"
