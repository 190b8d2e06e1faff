"""What a folder holds, and work that is killed at a chosen step on the file system."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

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
