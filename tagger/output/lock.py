"""One process at a time: a lock beside a path, which the system releases when its process ends, however it ends."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tagger.errors import TaggerError


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Keep other runs from changing `path` while the block runs. Raises TaggerError, without waiting, where one does already.

    What a killed process leaves is an empty file that locks nothing; the next run takes it and takes it away.
    """
    path = path.resolve()
    place = path.parent / f".{path.name}.tagger-lock"
    if not place.parent.is_dir():
        yield  # nothing is there that could be changed: said by who asked for it
        return
    try:
        handle = _acquire(place)
    except BlockingIOError:
        raise TaggerError(f"{path}: is being changed by another run of tagger; run again when it has ended") from None
    except OSError as error:
        raise TaggerError(
            f"{path}: cannot be locked ({error.strerror}: {place}); see that the folder of it can be written"
        ) from None
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # Windows keeps a file that is open
            place.unlink()
        os.close(handle)


def _acquire(place: Path) -> int:
    """Open and lock the file. Raises BlockingIOError where another process has it locked."""
    while True:
        handle = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(handle)
            # Whoever had it may have taken it away in between: then the lock is on a file that nobody else will find.
            if place.exists() and os.path.samestat(os.fstat(handle), place.stat()):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _lock(handle: int) -> None:
    try:
        import fcntl
    except ModuleNotFoundError:  # Windows
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except PermissionError as error:
            raise BlockingIOError(*error.args) from None
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
