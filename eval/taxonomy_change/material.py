"""What the experiments are made of: the authored text in three parts by whole files, and taxonomies with one topic less.

Training is by the train files that are not held out here, methods are chosen on authored dev, and figures are of the held-out
files alone, which no model of these experiments has seen.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import yaml

from tagger.data.corpus import hash_gold
from tagger.data.gold import GoldFile, GoldHeading, GoldLine, GoldSentence
from tagger.data.markup import format_file
from tagger.data.protocols import AUTHORED_TO_SEEDS, find_fold
from tagger.taxonomy import default_path, load_taxonomy

ROOT = Path(__file__).resolve().parents[2]
RUNS = ROOT / "runs" / "taxonomy_change"
RECORDS = Path(__file__).parent
_HELD_OUT = 7  # one file of the training part in so many


def parts() -> tuple[list[GoldFile], list[GoldFile], list[GoldFile]]:
    """Training, dev and held-out files of the authored text."""
    fold = find_fold(AUTHORED_TO_SEEDS, ROOT / "data" / "gold")
    train = [file for file in fold.train if not _is_held_out(file.name)]
    return train, fold.dev, [file for file in fold.train if _is_held_out(file.name)]


def stamp(*groups: Sequence[GoldFile]) -> str:
    """What scores on these files depend on."""
    files = [file for group in groups for file in group]
    return f"taxonomy {load_taxonomy().version}, gold sha256 {hash_gold(files)[:12]}"


def _is_held_out(name: str) -> bool:
    return int(sha256(f"held:{name}".encode()).hexdigest(), 16) % _HELD_OUT == 0


def relabelled(files: Sequence[GoldFile], topic: Callable[[GoldSentence], str | None]) -> list[GoldFile]:
    """The files with the topics that `topic` gives; sentences for which it gives None are left out."""
    changed = []
    for file in files:
        lines = []
        for line in file.lines:
            if isinstance(line, GoldSentence):
                own = topic(line)
                if own is None:
                    continue
                line = replace(line, topic=own)
            lines.append(line)
        changed.append(replace(file, lines=tuple(lines)))
    return changed


def write_data(folder: Path, taxonomy: Path, *groups: Sequence[GoldFile]) -> Path:
    """Write files as a data folder of that taxonomy; its gold folder. The seeds' part holds one file, which nothing trains on."""
    gold = folder / "gold"
    for part in ("authored", "seeds"):
        (gold / part).mkdir(parents=True, exist_ok=True)
    files = [file for group in groups for file in group]
    for file in files:
        (gold / "authored" / f"{file.name}.tagged").write_text(format_file(file), encoding="utf-8")
    (gold / "seeds" / "000.tagged").write_text(format_file(files[0]), encoding="utf-8")
    shutil.copy(taxonomy, folder / "taxonomy.yaml")
    return gold


def as_file(sentences: Sequence[GoldSentence]) -> GoldFile:
    """Single sentences as a training file, each under the headings that it had."""
    lines: list[GoldLine] = []
    for each in sentences:
        lines += [GoldHeading(0, "工作总结", 0)]
        lines += [GoldHeading(0, text, level) for level, text in enumerate(each.section, 1)]
        lines.append(each)
    return GoldFile(Path("drawn.tagged"), {}, tuple(lines))


def write_taxonomy(
    path: Path, version: str, change: Callable[[list[dict[str, object]]], list[dict[str, object]]]
) -> Path:
    """Write data/taxonomy.yaml with its list of topics changed."""
    content = yaml.load(default_path().read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    path.parent.mkdir(parents=True, exist_ok=True)
    changed = {"version": version, "topics": change(content["topics"])}
    path.write_text(yaml.safe_dump(changed, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def draw(sentences: Sequence[GoldSentence], count: int, number: int) -> list[GoldSentence]:
    """The `number`-th draw of so many sentences."""
    return random.Random(f"draw {number}").sample(list(sentences), count)
