"""Changing a folder whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tagger.errors import TaggerError

_HERE = -100  # AT_FDCWD: the paths are taken from the working folder
_EXCHANGE = 2  # RENAME_EXCHANGE


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Give a copy of the folder, beside it; put it in the folder's place when the block ends well, remove it otherwise.

    Where the system can exchange two folders in one step (Linux), the folder is at every moment the old one or the new one.
    Elsewhere it is missing for a moment; stopped just then, `recover` brings the old one back. Raises TaggerError where the
    folder cannot be copied or replaced.
    """
    path = path.resolve()  # the folder is replaced, not the link to it
    recover(path)
    new, old = _beside(path)
    try:
        # Links stay links, and times stay as they are: what is not changed looks unchanged to git too.
        shutil.copytree(path, new, symlinks=True)
        yield new
        for each in new.rglob("*"):
            _sync(each)
        if not _exchange(new, path):
            path.rename(old)
            new.rename(path)
        _sync(path.parent)
    except (OSError, shutil.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise TaggerError(f"{path}: cannot be replaced by its new version ({reason}); it is as it was") from None
    finally:
        recover(path)


def recover(path: Path) -> None:
    """Clear away what an interrupted change left beside the folder; bring the folder back where only that is left of it."""
    path = path.resolve()
    new, old = _beside(path)
    if old.is_dir() and not path.exists():
        old.rename(path)
    for each in (new, old):
        shutil.rmtree(each, ignore_errors=True)


def _beside(path: Path) -> tuple[Path, Path]:
    return path.with_name(f".{path.name}.tagger-new"), path.with_name(f".{path.name}.tagger-old")


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system or the file system does not know how."""
    import ctypes

    try:
        rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    except (OSError, TypeError):  # Windows has no library without a name
        rename = None
    if rename is None:
        return False
    if rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code))


def _sync(path: Path) -> None:
    """Have the system write a file or folder to the disk, where it can say so."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:  # a link to nowhere, or a folder on Windows
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
