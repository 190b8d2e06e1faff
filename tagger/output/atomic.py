"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tagger.errors import TaggerError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; rename it to `path` when the block ends well, remove it otherwise.

    Raises TaggerError when `path` cannot be written.
    """
    path = _target(path)
    if _is_special(path):
        try:
            yield path  # a pipe or a device: written to, not replaced
        except OSError as error:
            raise TaggerError(f"{path}: cannot be written ({error.strerror}); choose another place") from None
        return
    temporary = _make_temporary(path)
    try:
        yield temporary
        # mkstemp makes files private; an output has the mode that any new file would have.
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask)
        os.replace(temporary, path)
    except OSError as error:
        raise TaggerError(f"{path}: cannot be written ({error.strerror}); choose another place") from None
    finally:
        temporary.unlink(missing_ok=True)


def check_writable(path: Path) -> None:
    """Raise TaggerError where `whole_file` would: said before the work, not after it. Nothing is left behind."""
    path = _target(path)
    if not _is_special(path):
        _make_temporary(path).unlink(missing_ok=True)


def _target(path: Path) -> Path:
    path = path.resolve() if path.is_symlink() else path  # the file is replaced, not the link to it
    if path.is_dir():
        raise TaggerError(f"{path}: is a folder; name a file for the output")
    return path


def _is_special(path: Path) -> bool:
    return path.exists() and not path.is_file()


def _make_temporary(path: Path) -> Path:
    if path.exists() and not os.access(path, os.W_OK):
        raise TaggerError(f"{path}: cannot be written (permission denied); choose another place")
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".tagger-", suffix=".part")
        os.close(handle)
    except OSError as error:
        raise TaggerError(f"{path}: cannot be written ({error.strerror}); choose another place") from None
    return Path(name)
