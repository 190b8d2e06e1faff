"""Which files a batch is of."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tagger import TaggerError
from tagger.batching.inputs import find_files, is_temporary, read_list


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.txt", "a/c.txt", "a/deep/d.pdf", ".hidden.txt", ".git/e.txt", "a/~$c.docx", "a/f.tmp", "Thumbs.db"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    return tmp_path / "in"


def names(files: list[str], folder: Path) -> list[str]:
    assert all(os.path.isabs(path) for path in files)
    return [os.path.relpath(path, folder) for path in files]


def test_a_folder_is_read_with_all_below_it_less_hidden_and_temporary_files(folder: Path) -> None:
    assert names(find_files([str(folder)]), folder) == ["a/c.txt", "a/deep/d.pdf", "b.txt"]


def test_a_file_named_many_ways_is_one_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    ways = ["b.txt", "./b.txt", "a/../b.txt", str(folder / "b.txt"), "*.txt"]
    assert names(find_files(ways, ["b.txt"]), folder) == ["b.txt"]


def test_a_pattern_matches_files_and_folders(folder: Path) -> None:
    assert names(find_files([str(folder / "**/*.txt")]), folder) == ["a/c.txt", "b.txt"]
    assert names(find_files([str(folder / "[a]")]), folder) == ["a/c.txt", "a/deep/d.pdf"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(folder: Path) -> None:
    (folder / "[2023] 总结.txt").write_text("x")
    assert names(find_files([str(folder / "[2023] 总结.txt")]), folder) == ["[2023] 总结.txt"]


@pytest.mark.parametrize("name", ["nope.txt", "nope/", "*.nope"])
def test_an_argument_that_names_nothing_is_said_at_once(folder: Path, name: str) -> None:
    with pytest.raises(TaggerError, match="check the name"):
        find_files([str(folder), str(folder / name)])
    assert find_files([str(folder / name)], waiting=True) == []


def test_a_listed_file_that_is_not_there_is_kept_to_fail_by_itself(folder: Path) -> None:
    assert names(find_files([], [str(folder / "nope.txt"), str(folder / "a")]), folder) == [
        "a/c.txt",
        "a/deep/d.pdf",
        "nope.txt",
    ]


def test_outputs_are_no_inputs(folder: Path) -> None:
    outputs = [folder / "b.txt", folder / "a"]
    (folder / "b.txt-journal").write_text("x")
    assert find_files([str(folder)], outputs=outputs) == []
    with pytest.raises(TaggerError, match="both an input and an output"):
        find_files([str(folder / "b.txt")], outputs=outputs)


def test_a_pipe_in_a_folder_is_passed_over_and_a_broken_link_is_not(folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    (folder / "link.txt").symlink_to(folder / "nowhere")
    assert names(find_files([str(folder)]), folder) == ["a/c.txt", "a/deep/d.pdf", "b.txt", "link.txt"]


def test_a_list_of_files_has_one_a_line(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes("\ufeff甲 乙.txt\r\n\r\nb.txt\n c.txt".encode())
    assert read_list(str(path)) == ["甲 乙.txt", "b.txt", " c.txt"]


@pytest.mark.parametrize(("data", "words"), [(b"\xff\xfe", "not UTF-8"), (None, "cannot be read")])
def test_a_bad_list_of_files_is_one_line(tmp_path: Path, data: bytes | None, words: str) -> None:
    path = tmp_path / "list.txt"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(TaggerError, match=words) as raised:
        read_list(str(path))
    assert str(path) in str(raised.value) and "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["~$报告.docx", ".DS_Store", "a.TMP", "a.part", "desktop.ini", "a.txt~"])
def test_what_programs_leave_behind_is_temporary(name: str) -> None:
    assert is_temporary(name)
    assert not is_temporary("报告~$.txt") and not is_temporary("part.txt")
