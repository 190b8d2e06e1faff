"""Formats: the bytes of a file to its text, with the place in the file of every character.

One module per format, each with one pure function `(data, name, limit) -> Extracted`, where `limit` is the most
characters it may give. `kinds` says which one reads a file.
"""

from __future__ import annotations

from importlib import import_module

from tagger.errors import TaggerError
from tagger.reading.formats.kinds import identify
from tagger.reading.places import Extracted, too_long

# Imported as needed: most runs meet one format, and start-up is counted in milliseconds.
_READERS = {
    "docx": ("docx", "read_docx"),
    "pdf": ("pdf", "read_pdf"),
    "html": ("html", "read_html"),
    "xlsx": ("tables", "read_xlsx"),
    "csv": ("tables", "read_csv"),
    "doc": ("office", "read_doc"),
}


class ArchiveFound(Exception):
    """The file is an archive of files: it has no text of its own."""


def extract(data: bytes, name: str, suffix: str, limit: int) -> tuple[str, Extracted]:
    """The format of a file and its text; `suffix` is that of its name, a key of `kinds.SUFFIXES`.

    Raises ArchiveFound for an archive, and TaggerError, nothing else, for whatever is wrong with the bytes.
    """
    form = identify(data, suffix, name)
    if form == "zip":
        raise ArchiveFound
    if form == "text":
        from tagger.reading.decoding import decode

        text, encoding = decode(data, name)
        if len(text) > limit:
            raise too_long(name, limit)
        return form, Extracted(text, (), encoding)
    module, function = _READERS[form]
    try:
        return form, getattr(import_module(f"{__name__}.{module}"), function)(data, name, limit)
    except TaggerError:
        raise
    except ModuleNotFoundError as error:
        raise TaggerError(
            f"{name}: reading {form} files needs {error.name}, which is not installed; install it with: "
            "pip install 'report-tagger[office]'"
        ) from None
    except RecursionError as error:
        from tagger.reading.formats.package import damaged

        raise damaged(name, f"{form} file", "what is in it is nested too deep") from error
    except Exception as error:
        # The libraries behind the formats have no common error for spoilt files, and find new ones with every version.
        from tagger.reading.formats.package import damaged

        raise damaged(name, f"{form} file", f"{type(error).__name__}: {error}") from error
