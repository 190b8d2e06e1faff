"""Engines on the gold data by a protocol: who is trained on what, and what each says of the sentences it has not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tagger.data.corpus import hash_files
from tagger.data.gold import GoldFile
from tagger.data.layout import require_taxonomy
from tagger.data.protocols import AUTHORED_TO_SEEDS, Fold, folds
from tagger.document import Quantity
from tagger.engines import Engine, load_engine
from tagger.errors import TaggerError
from tagger.eval.raw import RawScores, score_raw
from tagger.eval.tagging import Scored, tag_files
from tagger.model.release import digest, model_taxonomy, read_meta
from tagger.taxonomy import load_taxonomy

TRAINED = ("linear", "model")  # these learn from the fold's training files; the others are as they are
CONTENDERS = ("rules", *TRAINED)

Values = Mapping[str, Mapping[tuple[int, int], Quantity]]


@dataclass(slots=True)
class Outcome:
    """What one engine says of each test file, by part and then file name; and how it does on the seeds' raw files."""

    engine: str
    parts: dict[str, dict[str, list[Scored]]] = field(default_factory=dict)
    raw: RawScores = field(default_factory=RawScores)

    def add(self, part: str, files: Sequence[GoldFile], tagged: Sequence[list[Scored]]) -> None:
        own = self.parts.setdefault(part, {})
        own.update({file.name: scored for file, scored in zip(files, tagged, strict=True)})

    def pooled(self, part: str) -> list[Scored]:
        """All sentences of a part, in order."""
        return [each for scored in self.parts[part].values() for each in scored]


def run(
    name: str, protocol: str, gold: Path, parts: Mapping[str, Sequence[GoldFile]], values: Values, runs: Path
) -> Outcome:
    """Score material of one engine under one protocol.

    Under authored-to-seeds the seeds, the challenge set and authored dev are tagged; under leave-one-report-out each
    seed by the engine that has not seen it. An engine that is not trained also tags the whole of the authored text.
    Raises TaggerError where a trained model is missing or was trained on something else.
    """
    outcome = Outcome(name)
    trained = name in TRAINED
    untrained = None if trained else load_engine(name)
    for fold in folds(protocol, gold):
        engine = untrained or _engine(name, fold, runs)
        outcome.add("seeds", fold.test, tag_files(engine, fold.test, values))
        outcome.raw = outcome.raw + score_raw(engine, fold.test)
        if protocol == AUTHORED_TO_SEEDS:
            for part, files in (("challenge", parts.get("challenge", ())), ("authored dev", fold.dev)):
                if files:
                    outcome.add(part, files, tag_files(engine, files, values))
            if not trained:
                outcome.add("authored", parts["authored"], tag_files(engine, parts["authored"], values))
    return outcome


def run_given(name: str, model: Path, files: Sequence[GoldFile], values: Values) -> Outcome:
    """Score material of one engine on gold files of any kind; `model` is the folder of the trained one.

    Raises TaggerError where the model was trained, or its best epoch chosen, on one of the files.
    """
    if name == "model":
        meta = read_meta(model)
        require_taxonomy(files[0].path, model_taxonomy(model, meta), str(model))
        data = meta.content["data"]
        seen = {sha256 for part in data.values() for sha256 in part["files"].values()}
        for file in files:
            if digest(file.path) in seen:
                raise TaggerError(
                    f"{file.path}: {model} was trained on it; score the model on files that it has not seen"
                )
    outcome = Outcome(name)
    engine = load_engine(name, model if name == "model" else None)
    outcome.add(files[0].path.parent.name, files, tag_files(engine, files, values))
    outcome.raw = score_raw(engine, files)
    return outcome


def _engine(name: str, fold: Fold, runs: Path) -> Engine:
    if name == "linear":
        from tagger.linear import LinearEngine

        return LinearEngine(load_taxonomy(), [sentence for file in fold.train for sentence in file.sentences])
    from tagger.model.engine import ModelEngine

    folder = runs / fold.name.replace(":", "-")
    meta = read_meta(folder)
    require_taxonomy(fold.train[0].path, model_taxonomy(folder, meta), str(folder))
    trained_on = meta.content["data"]["train"]
    if meta.content["recipe"]["fold"] != fold.name or trained_on["sha256"] != hash_files(f.path for f in fold.train):
        raise TaggerError(
            f"{folder}: was trained on {meta.content['recipe']['fold']} with data {trained_on['sha256'][:12]}, which is not "
            f"the training data of {fold.name} as it is now; train it again for this fold"
        )
    return ModelEngine.load(folder)
