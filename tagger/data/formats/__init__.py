"""Gold data in other tools' formats, and back. Each module holds `write`, `read` and `LOST`: what its format cannot hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tagger.data.formats import brat, conll, doccano, label_studio
from tagger.data.gold import GoldFile


class Format(NamedTuple):
    """One format. `write(files, out)` and `read(path)` go from and to gold files; `lost` lists what does not survive."""

    write: Callable[[list[GoldFile], Path], None]
    read: Callable[[Path], list[GoldFile]]
    lost: tuple[str, ...]


FORMATS = {
    "brat": Format(brat.write, brat.read, brat.LOST),
    "conll": Format(conll.write, conll.read, conll.LOST),
    "doccano": Format(doccano.write, doccano.read, doccano.LOST),
    "label-studio": Format(label_studio.write, label_studio.read, label_studio.LOST),
}
