"""A folder is changed whole or not at all, wherever the change is killed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from folder_kills import killed_at, tree

from tagger.errors import TaggerError
from tagger.output import folder
from tagger.output.folder import recover, whole_folder


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
