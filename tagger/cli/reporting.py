"""How commands end when something is wrong: one line that says what to do, and exit code 2."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from tagger.errors import TaggerError


@contextmanager
def reported(extra: str = "eval") -> Iterator[None]:
    """Turn what the user can mend into one line on standard error and exit code 2; `extra` is what the command needs."""
    try:
        yield
    except TaggerError as error:
        message = str(error)
    except ModuleNotFoundError as error:
        message = f'{error.name} is not installed; install it with: pip install "report-tagger[{extra}]"'
    except OSError as error:
        message = f"{error.filename}: {error.strerror}; name another place"
    else:
        return
    typer.echo(f"tagger: {message}", err=True)
    raise typer.Exit(2)
