"""Topics renamed and merged without training: python eval/taxonomy_change/rename_merge.py [MODEL]

Carries the released model over by `tagger retrain --no-train`, for several merges, and prints how long it took and F1 before and
after: on authored dev, which no training has seen, and on the challenge set, which nothing was chosen by. The table goes to
rename_merge.md.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from statistics import mean

from material import RECORDS, ROOT, stamp, write_taxonomy

from tagger.data.corpus import load_part
from tagger.data.gold import GoldFile
from tagger.data.protocols import is_dev
from tagger.document import Prediction, Sentence
from tagger.engines import Engine
from tagger.model.engine import ModelEngine
from tagger.retraining.comparison import Comparison
from tagger.retraining.relation import Relation
from tagger.retraining.takeover import take_over
from tagger.taxonomy import load_taxonomy

MERGES = (
    ("primary_care", "health_poverty"),
    ("maternal_child", "population_family"),
    ("public_health", "aging_care"),
    ("supervision", "governance"),
    ("workforce", "party_building"),
)
RENAMED = "infrastructure"


class Remembered:
    """An engine that is asked once for each file."""

    name = "model"

    def __init__(self, engine: Engine) -> None:
        self.taxonomy = engine.taxonomy
        self._engine = engine
        self._said: dict[tuple[str, ...], list[Prediction]] = {}

    def tag(self, sentences: Sequence[Sentence]) -> list[Prediction]:
        texts = tuple(each.text for each in sentences)
        if texts not in self._said:
            self._said[texts] = self._engine.tag(sentences)
        return self._said[texts]


def main() -> None:
    model = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "model"
    gold = ROOT / "data" / "gold"
    parts = {
        "authored dev": [file for file in load_part(gold, "authored") if is_dev(file.name)],
        "challenge": load_part(gold, "challenge"),
    }
    before = Remembered(ModelEngine.load(model))
    lines = [
        "# Topics renamed and merged without training",
        "",
        f"`python eval/taxonomy_change/rename_merge.py`; {stamp(*parts.values())}, {date.today().isoformat()}",
        "",
        "| merged, and infrastructure renamed | part | seconds | F1 of the two before | their mean | F1 merged | Δ kept, points |",
        "|---" * 7 + "|",
    ]
    for pair in MERGES:
        for part, files in parts.items():
            lines.append(_row(model, before, pair, part, files))
            print(lines[-1], flush=True)
    (RECORDS / "rename_merge.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _row(model: Path, before: Remembered, pair: tuple[str, str], part: str, files: list[GoldFile]) -> str:
    """Carry the model over, ask both."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        path = write_taxonomy(folder / "new.yaml", "2027.1", lambda topics: _merged(topics, pair))
        old, new = before.taxonomy, load_taxonomy(path)
        start = time.monotonic()
        origins = {entry.id: (entry.id,) for entry in new.topics} | {pair[0]: pair}
        relation = Relation.of([entry.id for entry in old.topics], [entry.id for entry in new.topics], origins)
        (folder / "out").mkdir()
        take_over(model, path, relation, folder / "out")
        engine = ModelEngine.load(folder / "out")
        seconds = time.monotonic() - start
        whole = Comparison.of(relation, before, engine, files)
        unchanged = Comparison.of(Relation.of(relation.old, relation.old), before, before, files)
        plain = {row.topics: row.after for row in unchanged.topics}
    single = [plain[(topic,)] for topic in pair]
    after = next(row.after for row in whole.topics if row.topics == (pair[0],))
    return (
        f"| {' + '.join(pair)} | {part} | {seconds:.1f} | {single[0]:.3f}, {single[1]:.3f} | {mean(single):.3f} | {after:.3f} | "
        f"{-whole.drop:+.1f} |"
    )


def _merged(topics: list[dict[str, object]], pair: tuple[str, str]) -> list[dict[str, object]]:
    """The list of topics with the second of the pair in the first, and one renamed."""
    named = [{**each, "name": f"{each['name']}（新）"} if each["id"] == RENAMED else each for each in topics]
    return [each for each in named if each["id"] != pair[1]]


if __name__ == "__main__":
    main()
