"""An output is written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tagger import Tagger, TaggerError
from tagger.output import write
from tagger.output.atomic import check_writable, whole_file

WRITERS = {
    "jsonl": "tagger.output.jsonl.write_jsonl",
    "csv": "tagger.output.tables.write_csv",
    "xlsx": "tagger.output.tables.write_xlsx",
    "html": "tagger.output.html.write_html",
    "table": "tagger.output.terminal.write_terminal",
}


def failing(error: BaseException) -> Callable[..., None]:
    def writer(documents: Any, target: Any, *rest: Any) -> None:
        if isinstance(target, Path):
            target.write_text("half")
        else:
            target.write("half")
            target.flush()
        raise error

    return writer


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("error", [RuntimeError("bug"), TaggerError("too large"), KeyboardInterrupt()], ids=repr)
@pytest.mark.parametrize("old", [b"old", None])
def test_a_failure_midway_leaves_the_folder_as_it_was(
    monkeypatch: pytest.MonkeyPatch, tagger: Tagger, tmp_path: Path, form: str, error: BaseException, old: bytes | None
) -> None:
    path = tmp_path / "out"
    if old is not None:
        path.write_bytes(old)
    monkeypatch.setattr(WRITERS[form], failing(error))
    with pytest.raises(type(error)):
        write([tagger.tag("门诊5人。")], form, path)
    assert names(tmp_path) == ([] if old is None else ["out"])
    assert old is None or path.read_bytes() == old


@pytest.mark.parametrize("form", WRITERS)
def test_success_replaces_the_old_file_and_leaves_nothing_else(tagger: Tagger, tmp_path: Path, form: str) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old")
    write([tagger.tag("门诊5人。")], form, path)
    assert names(tmp_path) == ["out"]
    assert b"old" not in path.read_bytes() and len(path.read_bytes()) > 100


def test_the_old_file_stands_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("old")
    with whole_file(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
        assert temporary.parent == path.parent
    assert path.read_text() == "new"


def test_a_full_disk_is_one_error_that_names_the_output(
    monkeypatch: pytest.MonkeyPatch, tagger: Tagger, tmp_path: Path
) -> None:
    path = tmp_path / "out.jsonl"
    monkeypatch.setattr(WRITERS["jsonl"], failing(OSError(errno.ENOSPC, "No space left on device")))
    with pytest.raises(TaggerError, match=r"out\.jsonl.*No space left"):
        write([tagger.tag("门诊5人。")], "jsonl", path)
    assert names(tmp_path) == []


@pytest.mark.parametrize("place", ["folder", "missing/out", "file/out"])
def test_a_place_that_cannot_be_written_is_an_error_that_names_it(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("old")
    with pytest.raises(TaggerError, match=place), whole_file(tmp_path / place):
        pytest.fail("must not start to write")
    with pytest.raises(TaggerError, match=place):
        check_writable(tmp_path / place)
    assert names(tmp_path) == ["file", "folder"] and names(tmp_path / "folder") == []


def test_a_read_only_file_is_not_replaced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("old")
    path.chmod(0o444)
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    with pytest.raises(TaggerError, match="permission"), whole_file(path):
        pytest.fail("must not start to write")
    assert path.read_text() == "old" and names(tmp_path) == ["out"]


def test_a_new_file_has_the_usual_mode_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    old, new, usual = tmp_path / "old", tmp_path / "new", tmp_path / "usual"
    for path in (old, usual):
        path.touch()
    old.chmod(0o640)
    for path in (old, new):
        with whole_file(path) as temporary:
            temporary.write_text("x")
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert new.stat().st_mode == usual.stat().st_mode


def test_a_check_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("old")
    os.mkfifo(tmp_path / "pipe")
    for name in ("new", "old", "pipe"):
        check_writable(tmp_path / name)
    assert names(tmp_path) == ["old", "pipe"] and (tmp_path / "old").read_text() == "old"


def test_a_name_as_long_as_names_may_be_is_written(tmp_path: Path) -> None:
    path = tmp_path / ("年" * 83 + ".jsonl")  # 255 bytes: Chinese titles get there
    with whole_file(path) as temporary:
        temporary.write_text("x")
    assert path.read_text() == "x"


def test_a_pipe_or_device_named_as_output_is_not_replaced_by_a_file(tagger: Tagger, tmp_path: Path) -> None:
    path = tmp_path / "pipe"  # stands for /dev/null and >(gzip)
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write([tagger.tag("门诊5人。")], "jsonl", path)
    except TaggerError:
        pass
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(path.stat().st_mode)
