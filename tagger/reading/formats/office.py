"""Old Word and WPS documents (.doc, .wps, .rtf): LibreOffice, where it is installed, makes a .docx of them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from tagger.errors import TaggerError
from tagger.reading.formats.docx import read_docx
from tagger.reading.places import Extracted

TIMEOUT = 120  # seconds for one document; the first start of LibreOffice takes ten of them on a slow machine
_ADVICE = "open it in Word or WPS and save it as .docx"


def read_doc(data: bytes, name: str, limit: int) -> Extracted:
    """Text and places of an old document, as those of the .docx that LibreOffice makes of it.

    Raises TaggerError where LibreOffice is not installed, cannot read the document, or takes over TIMEOUT seconds.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise TaggerError(f"{name}: is an old Word or WPS document, which LibreOffice reads; install it, or {_ADVICE}")
    with tempfile.TemporaryDirectory(prefix="tagger-") as folder:
        return read_docx(_convert(program, data, Path(folder), name), name, limit)


def _convert(program: str, data: bytes, folder: Path, name: str) -> bytes:
    source = folder / "report.doc"
    source.write_bytes(data)
    # A profile of its own: LibreOffice runs once per profile, and the user's may be open or another worker's.
    command = [
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", "--convert-to", "docx", "--outdir", str(folder), str(source)),
    ]
    output = folder / "output"
    with open(output, "wb") as log:
        # A session of its own, so that the processes it starts can be ended with it.
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            raise TaggerError(f"{name}: LibreOffice took over {TIMEOUT} seconds on it; {_ADVICE}") from None
        finally:
            _end(process)
    try:
        return (folder / "report.docx").read_bytes()
    except OSError:
        said = " ".join(output.read_text("utf-8", "replace").split())[-120:]
        raise TaggerError(
            f"{name}: LibreOffice could not convert it{f' ({said})' if said else ''}: it is damaged, has a password, or "
            f"LibreOffice Writer is not installed; {_ADVICE}"
        ) from None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End whatever is left of the group: after a timeout all of it, and what outlived its parent."""
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):
        pass
    process.wait()
