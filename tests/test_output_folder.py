"""A folder is changed whole or not at all, wherever the change is killed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tagger.errors import TaggerError
from tagger.output import folder
from tagger.output.folder import recover, whole_folder

Tree = dict[str, bytes]
_STEPS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.utime", "shutil.copyfile", "shutil.rmtree"}


def tree(path: Path) -> Tree:
    return {each.relative_to(path).as_posix(): each.read_bytes() for each in sorted(path.rglob("*")) if each.is_file()}


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Do the work in a process of its own that is killed at that step on the file system; whether it got so far."""
    child = os.fork()
    if child == 0:
        left = [step]

        def count(event: str, arguments: tuple[object, ...]) -> None:
            if event in _STEPS or event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_WRONLY:
                left[0] -= 1
                if left[0] < 0:
                    os._exit(9)

        try:
            sys.addaudithook(count)
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, 9)
    return code == 9


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home" / "inner").mkdir(parents=True)
    (tmp_path / "home" / "a").write_text("old a", encoding="utf-8")
    (tmp_path / "home" / "inner" / "b").write_text("old b", encoding="utf-8")
    return tmp_path / "home"


def change(path: Path) -> None:
    with whole_folder(path) as staged:
        (staged / "a").write_text("new a", encoding="utf-8")
        (staged / "inner" / "b").write_text("new b", encoding="utf-8")
        (staged / "c").write_text("new c", encoding="utf-8")


NEW = {"a": b"new a", "inner/b": b"new b", "c": b"new c"}


@pytest.mark.parametrize("exchanges", [True, False])
def test_a_folder_is_changed_and_nothing_is_left_beside_it(
    home: Path, exchanges: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exchanges:
        monkeypatch.setattr(folder, "_exchange", lambda one, other: False)
    change(home)
    assert tree(home) == NEW and list(home.parent.iterdir()) == [home]


@pytest.mark.parametrize("exchanges", [True, False])
def test_killed_at_any_step_it_is_old_or_new(home: Path, exchanges: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if exchanges and not sys.platform.startswith("linux"):
        pytest.skip("only Linux exchanges two folders in one step")
    if not exchanges:
        monkeypatch.setattr(folder, "_exchange", lambda one, other: False)
    old = tree(home)
    seen = set()
    step = 0
    while killed_at(step, lambda: change(home)):
        if not exchanges:
            recover(home)
        now = tree(home)
        assert now in (old, NEW), step
        seen.add(now == NEW)
        if now == NEW:
            with whole_folder(home) as staged:
                (staged / "a").write_text("old a", encoding="utf-8")
                (staged / "inner" / "b").write_text("old b", encoding="utf-8")
                (staged / "c").unlink()
        step += 1
    assert seen == {True, False} and step > 10
    assert tree(home) == NEW and list(home.parent.iterdir()) == [home]


def test_an_error_leaves_it_as_it_was(home: Path) -> None:
    old = tree(home)
    with pytest.raises(ZeroDivisionError), whole_folder(home) as staged:
        (staged / "a").unlink()
        raise ZeroDivisionError
    assert tree(home) == old and list(home.parent.iterdir()) == [home]
    with pytest.raises(TaggerError, match="it is as it was"), whole_folder(home) as staged:
        (staged / "missing" / "x").write_text("", encoding="utf-8")
    assert tree(home) == old and list(home.parent.iterdir()) == [home]


def test_a_link_to_the_folder_stays_a_link(home: Path) -> None:
    link = home.with_name("link")
    link.symlink_to(home)
    change(link)
    assert link.is_symlink() and tree(link) == tree(home) == NEW
