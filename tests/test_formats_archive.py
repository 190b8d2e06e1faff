"""Archives: one result for every member, whatever is in it; and old documents, through a LibreOffice made of a script."""

from __future__ import annotations

import os
import stat
import struct
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from office_files import archive, pdf, printed, word, workbook

from tagger.errors import TaggerError
from tagger.reading import Source, load, load_all
from tagger.reading.formats import archive as archives
from tagger.reading.formats import office

TEXT = "全年门诊5万人次。\n"


def results(data: bytes, max_mb: float = 1) -> list[Source | TaggerError]:
    return list(archives.members(data, "a.zip", max_mb))


def shown(data: bytes) -> list[str]:
    """Name of each source, message of each error."""
    return [each.name if isinstance(each, Source) else str(each) for each in results(data)]


def only_error(data: bytes) -> str:
    (error,) = results(data)
    assert isinstance(error, TaggerError)
    assert len(str(error).splitlines()) == 1
    return str(error)


def test_every_member_gives_a_source_or_an_error() -> None:
    files = {
        "总结/报告.docx": word("正文。"),
        "总结/表.xlsx": workbook(表=[["门诊", 5]]),
        "r.pdf": pdf(printed(["正文。"])),
        "r.html": "<p>正文。</p>".encode(),
        "r.txt": TEXT.encode("gb18030"),
        "empty.txt": b"",
        "photo.jpg": b"\xff\xd8\xff",
        "__MACOSX/._r.txt": b"x",
        "总结/.DS_Store": b"x",
        "~$报告.docx": b"x",
        "folder/": b"",
    }
    found = results(archive(files))
    assert [each.format for each in found if isinstance(each, Source)] == ["docx", "xlsx", "pdf", "html", "text"]
    assert shown(archive(files))[0] == "a.zip!/总结/报告.docx"
    errors = [str(each) for each in found if isinstance(each, TaggerError)]
    assert errors[0].startswith("a.zip!/empty.txt: the file is empty") and ".jpg are not supported" in errors[1]
    assert len(errors) == 2


def test_a_member_is_what_the_file_itself_would_be(tmp_path: Path) -> None:
    path = tmp_path / "r.docx"
    path.write_bytes(word("正文。"))
    (found,) = results(archive({"r.docx": path.read_bytes()}))
    assert isinstance(found, Source) and found._replace(name=str(path)) == load(str(path))


@pytest.mark.parametrize("name", ["../../etc/r.txt", "/etc/r.txt", "C:\\etc\\r.txt", "./etc//r.txt"])
def test_a_name_that_points_elsewhere_is_only_a_label(name: str) -> None:
    assert shown(archive({name: TEXT.encode()})) == ["a.zip!/etc/r.txt"]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_without_the_mark_of_utf_8_are_decoded(encoding: str) -> None:
    data = archive({"ABCD.txt": TEXT.encode()})
    raw = "报告".encode(encoding)[:4].ljust(4, b"_") if encoding == "gb18030" else "é_é"[:1].encode() + b"__"
    assert shown(data.replace(b"ABCD", raw)) == [f"a.zip!/{raw.decode(encoding)}.txt"]


def test_archives_in_archives_are_read_down_to_a_depth() -> None:
    inner = archive({"r.txt": TEXT.encode()})
    for _ in range(2):
        inner = archive({"b.zip": inner})
    assert shown(inner) == ["a.zip!/b.zip!/b.zip!/r.txt"]
    assert "archives deep" in only_error(archive({"c.zip": inner}))


def test_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = archive({"r.txt": b"a" * 1_040_000 * 2, "s.txt": TEXT.encode()})
    ratio, good = list(archives.members(bomb, "a.zip", 50))
    assert "times its packed size" in str(ratio) and isinstance(good, Source)
    assert "over the limit of 1 MB" in str(results(bomb)[0])
    monkeypatch.setattr(archives, "MAX_TOTAL", 1000)
    assert "unpacks to over" in only_error(bomb)
    monkeypatch.setattr(archives, "MAX_MEMBERS", 1)
    assert "over 1 files" in only_error(bomb)


def test_an_archive_in_an_archive_is_held_in_memory_and_so_limited() -> None:
    inner = archive({"r.txt": os.urandom(1024 * 1024)}, zipfile.ZIP_STORED)
    assert "over the limit of 1 MB" in only_error(archive({"b.zip": inner}))


def test_inner_archives_spend_from_the_same_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = archive({"r.txt": b"a" * 900}, zipfile.ZIP_STORED)
    monkeypatch.setattr(archives, "MAX_TOTAL", 2 * len(inner) + 1000)
    found = shown(archive({"b.zip": inner, "c.zip": inner}))
    assert found[0] == "a.zip!/b.zip!/r.txt" and "unpacks to over" in found[1]


def test_a_member_that_lies_about_its_size_gives_an_error() -> None:
    data = archive({"r.txt": b"a" * 50_000})
    directory = data.index(b"PK\x01\x02")
    lie = data[: directory + 24] + struct.pack("<I", 10) + data[directory + 28 :]
    assert "damaged" in only_error(lie)


def test_encrypted_linked_and_strangely_packed_members_are_reported() -> None:
    data = bytearray(archive({"r.txt": TEXT.encode()}))
    directory = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[directory + 8] |= 1
    assert "password" in only_error(bytes(data))
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        info = zipfile.ZipInfo("r.txt")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        opened.writestr(info, "/etc/passwd")
    assert "link" in only_error(buffer.getvalue())
    data = bytearray(archive({"r.txt": TEXT.encode()}))
    data[8:10] = data[directory + 10 : directory + 12] = struct.pack("<H", 97)
    assert "pack it again" in only_error(bytes(data))


def test_empty_and_damaged_archives_are_reported() -> None:
    assert "no file" in only_error(archive({}))
    data = archive({"r.txt": TEXT.encode() * 99})
    assert "damaged" in only_error(data[: len(data) // 2])
    assert "damaged" in only_error(b"")


def test_load_sends_an_archive_to_batch_and_load_all_opens_it(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(archive({"r.txt": TEXT.encode(), "s.txt": os.urandom(3000)}))
    for max_mb in (1, 0.002):  # an archive may be larger than what is allowed of a file in it
        with pytest.raises(TaggerError, match="tagger batch"):
            load(str(path), max_mb)
        first, second = load_all(str(path), max_mb)
        assert isinstance(first, Source) and first.name == f"{path}!/r.txt"
        assert isinstance(second, TaggerError)
    hidden = tmp_path / "r.txt"
    hidden.write_bytes(path.read_bytes())
    with pytest.raises(TaggerError, match="tagger batch"):
        load(str(hidden))
    assert len(list(load_all(str(hidden)))) == 2


def test_load_all_gives_one_result_for_a_file(tmp_path: Path) -> None:
    path = tmp_path / "r.txt"
    path.write_text(TEXT, encoding="utf-8")
    assert list(load_all(str(path))) == [load(str(path))]
    (error,) = load_all(str(tmp_path / "none.txt"))
    assert isinstance(error, TaggerError) and "no such file" in str(error)


# Old documents

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le") + bytes(600)


@pytest.fixture
def soffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH besides what a script needs; tests put a `soffice` into it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("cp", "sleep", "sh"):
        (folder / tool).symlink_to(
            next(Path(each) / tool for each in ("/bin", "/usr/bin") if (Path(each) / tool).exists())
        )
    monkeypatch.setenv("PATH", str(folder))
    return folder


def script(folder: Path, *lines: str) -> None:
    path = folder / "soffice"
    path.write_text("\n".join(["#!/bin/sh", *lines]) + "\n")
    path.chmod(0o755)


def test_an_old_document_is_read_through_libreoffice(soffice: Path, tmp_path: Path) -> None:
    (tmp_path / "made.docx").write_bytes(word("旧文。"))
    script(
        soffice,
        'while [ "$1" != --outdir ]; do shift; done',
        f'[ -s "$3" ] && cp {tmp_path}/made.docx "$2/report.docx"',
    )
    for name in ("r.doc", "r.wps", "r.docx", "r.txt"):
        (tmp_path / name).write_bytes(OLD)
        found = load(str(tmp_path / name))
        assert (found.text, found.format, found.places[0].label) == ("旧文。", "doc", "paragraph 1")


def test_without_libreoffice_the_message_says_what_to_do(soffice: Path) -> None:
    with pytest.raises(TaggerError, match=r"r\.doc: .*save it as \.docx"):
        office.read_doc(OLD, "r.doc", 1000)


def test_what_libreoffice_cannot_convert_is_reported(soffice: Path) -> None:
    script(soffice, "echo 'Error: source file could not be loaded'", "exit 0")
    with pytest.raises(TaggerError, match=r"r\.doc: .*could not be loaded.*save it as \.docx"):
        office.read_doc(OLD, "r.doc", 1000)


def test_after_a_timeout_no_process_is_left(soffice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "TIMEOUT", 0.5)
    script(soffice, "sleep 60 &", f"echo $$ $! > {tmp_path}/pids", "sleep 60")
    with pytest.raises(TaggerError, match="took over"):
        office.read_doc(OLD, "r.doc", 1000)
    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
    assert len(pids) == 2
    deadline = time.monotonic() + 5
    while any(_runs(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(_runs(pid) for pid in pids)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
