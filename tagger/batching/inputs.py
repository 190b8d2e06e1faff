"""Which files a batch is of: folders, patterns, single files and lists of them, each file once, in one order."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tagger.errors import TaggerError

# What programs leave beside the files they have open or have not finished writing.
_TEMPORARY_PREFIXES = (".", "~$", "~WRL", ".~lock.")
_TEMPORARY_SUFFIXES = (".tmp", ".part", ".crdownload", ".partial", ".swp", "~")
_SYSTEM_FILES = {"thumbs.db", "desktop.ini"}


def is_temporary(name: str) -> bool:
    """Whether a file or folder of this name is hidden, temporary, or the file manager's own."""
    lower = name.lower()
    return name.startswith(_TEMPORARY_PREFIXES) or lower.endswith(_TEMPORARY_SUFFIXES) or lower in _SYSTEM_FILES


def find_files(
    arguments: Iterable[str], listed: Iterable[str] = (), outputs: Iterable[Path] = (), waiting: bool = False
) -> list[str]:
    """The absolute paths of the files that the arguments and a list of files name, each once, sorted.

    A folder is read with all folders below it, less hidden and temporary files; a pattern (`*`, `?`, `[…]`, `**`) is
    matched where no file has that name. Nothing at or below `outputs` is ever an input. A listed file that is not there
    is kept: it fails by itself, as does a folder that cannot be read. Links to folders are not followed. Raises TaggerError where an argument names nothing, unless files may still come (`waiting`).
    """
    own = {os.path.realpath(path) for path in outputs}
    # A database in the middle of a transaction has a journal beside it.
    own |= {path + suffix for path in list(own) for suffix in ("-journal", "-wal", "-shm")}
    found: set[str] = set()
    for argument in arguments:
        if os.path.realpath(argument) in own:
            raise TaggerError(f"{argument}: is both an input and an output; name another file for the output")
        if os.path.isdir(argument):
            found.update(_walk(argument, own))
        elif os.path.lexists(argument):
            found.add(os.path.abspath(argument))
        else:
            matches = glob.glob(argument, recursive=True) if glob.has_magic(argument) else []
            if not matches and not waiting:
                what = "matches no file" if glob.has_magic(argument) else "no such file or folder"
                raise TaggerError(f"{argument}: {what}; check the name")
            for match in matches:
                if os.path.isdir(match):
                    found.update(_walk(match, own))
                elif os.path.realpath(match) not in own and not is_temporary(os.path.basename(match)):
                    found.add(os.path.abspath(match))
    for path in listed:
        found.update(_walk(path, own) if os.path.isdir(path) else [os.path.abspath(path)])
    return sorted(found)


def read_list(path: str) -> list[str]:
    """The paths in a list of files, one a line, in UTF-8; "-" is standard input. Raises TaggerError."""
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TaggerError(f"{path}: the list of files is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise TaggerError(f"{path}: the list of files cannot be read ({error.strerror}); check the name") from None
    return [line.rstrip("\r") for line in text.split("\n") if line.strip()]


def _walk(folder: str, own: set[str]) -> Iterator[str]:
    closed: list[OSError] = []
    for parent, folders, names in os.walk(os.path.abspath(folder), onerror=closed.append):
        folders[:] = [
            name
            for name in folders
            if not is_temporary(name) and os.path.realpath(os.path.join(parent, name)) not in own
        ]
        for name in names:
            path = os.path.join(parent, name)
            if is_temporary(name) or os.path.realpath(path) in own:
                continue
            # Pipes and devices would wait for ever; a broken link is kept, to be listed with its reason.
            if os.path.isfile(path) or os.path.islink(path) and not os.path.exists(path):
                yield path
    # A folder that cannot be read is kept too: what is in it would be missed without a word.
    yield from (error.filename for error in closed)
