"""A model for a taxonomy with topics that the old head cannot tell: its topic head fitted on replayed and new examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor, nn

from tagger.data.corpus import hash_files
from tagger.data.gold import GoldFile
from tagger.data.protocols import Fold
from tagger.errors import TaggerError
from tagger.eval.tagging import score, tag_files
from tagger.model.checkpoint import load_network
from tagger.model.engine import ModelEngine
from tagger.model.lexicon import LEXICON, Lexicon
from tagger.model.network import torch_runner
from tagger.model.release import ONNX_INT8, VOCABULARY, WEIGHTS, Meta, digest, model_taxonomy, read_meta, verified
from tagger.retraining.graph import replace_head
from tagger.retraining.head import HeadRecipe, balanced, fitted, grown, pooled
from tagger.retraining.labels import Labelled, descriptions, labelled, settled
from tagger.retraining.lexicon import fit_lexicon
from tagger.retraining.relation import Relation
from tagger.retraining.takeover import copy_beside, write_retrained
from tagger.taxonomy import load_taxonomy
from tagger.training.calibration import calibrate
from tagger.training.loop import Example, examples
from tagger.training.run import scores_of


def fit(
    folder: Path,
    taxonomy: Path,
    relation: Relation,
    fold: Fold,
    shown: Sequence[GoldFile],
    out: Path,
    recipe: HeadRecipe | None = None,
) -> None:
    """Fill `out` with the model of `folder`, its topic head fitted on the fold's training files and those shown besides, calibrated
    on its dev files.

    Encoder and tag head stay bit for bit. Raises TaggerError where a new topic has no example, or the model no weights.
    """
    recipe = recipe or HeadRecipe()
    meta, new = read_meta(folder), load_taxonomy(taxonomy)
    given = list(labelled(shown, relation))
    texts = {one.sentence.text for one in given}  # what the old data says of these is out of date
    found = [one for one in labelled(fold.train, relation) if one.sentence.text not in texts] + given
    counts = Counter(one.topics[0] for one in found if len(one.topics) == 1)
    for topic in relation.untrained:
        if not counts[topic]:
            raise TaggerError(
                f"{fold.train[0].path.parent.parent}: has no sentence of topic {topic} to train on; label some (tagger taxonomy "
                "migrate lists those to look at)"
            )
    graph = verified(folder, meta, ONNX_INT8)
    vocabulary, network = load_network(folder)
    words = list(descriptions(new, relation))
    data, allowed = windows_of([*found, *words], relation)
    described = torch.arange(len(data)) >= len(data) - len(words)  # each is one window
    features = pooled(network, vocabulary, data)
    weights = balanced(allowed, described, relation)

    def fit_head(mask: NDArray[np.bool_]) -> nn.Sequential:
        chosen = torch.from_numpy(mask)
        sentences = chosen & ~described
        start = grown(network, meta.rows, relation, features[sentences], allowed[sentences])
        return fitted(start, features[chosen], allowed[chosen], weights[chosen], recipe)

    head = fit_head(np.ones(len(data), bool))
    dev = settled(fold.dev, relation)
    few = _few(folder, meta, relation, Counter(one.topics[0] for one in labelled(fold.train, relation)))
    known = [one for one in labelled(dev, relation) if relation.new.index(one.topics[0]) not in few]
    unseen, _ = windows_of(known, relation)
    seen_by = pooled(network, vocabulary, unseen)
    lexicon = fit_lexicon(few, data, features, allowed, described, fit_head, new, (unseen, seen_by))
    network.topic = head
    settings, calibration = calibrate(network, vocabulary, new, dev, lexicon)
    vocabulary.save(out / VOCABULARY)
    save_file({name: value.half() for name, value in network.state_dict().items()}, out / WEIGHTS, {"format": "pt"})
    if lexicon is not None:
        lexicon.save(out / LEXICON)
    replace_head(graph, network.topic, out / ONNX_INT8)
    copy_beside(folder, out)
    engine = ModelEngine(torch_runner(network), vocabulary, new, lexicon=lexicon)
    dev_scores = score([each for one in tag_files(engine, dev, {}) for each in one])
    changes: dict[str, Any] = {
        "temperature": {"topic": settings.topic_temperature, "tag": settings.tag_temperature},
        "review": {"topic": settings.topic_review, "span": settings.span_review},
        "data": meta.content["data"] | {"retrained": _files([*fold.train, *shown])},
        "dev": meta.content["dev"] | calibration | scores_of(dev_scores),
        "retrained": {
            "trained": True,
            "recipe": asdict(recipe),
            "examples": {each: counts[each] for each in relation.new},
        },
        "date": date.today().isoformat(),
    }
    write_retrained(folder, taxonomy, out, changes)


def _few(folder: Path, meta: Meta, relation: Relation, counts: Counter[str]) -> dict[int, float]:
    """The topics known from few examples, by their place: added ones, and those that were added to the model before.

    With each goes how often it is met for every sentence of another topic: as `counts`, the old data's sentences by topic, have
    it. A topic that is shown by examples alone is taken to be as frequent as the others are on average.
    """
    before: set[str] = set()
    if LEXICON in meta.checksums:
        lexicon = Lexicon.load(verified(folder, meta, LEXICON), meta.rows, model_taxonomy(folder, meta))
        before = {meta.rows[row] for row in lexicon.entries}
    few = {
        place: topic
        for place, topic in enumerate(relation.new)
        if topic not in relation.untrained and before & set(relation.origins[topic]) or not relation.origins[topic]
    }
    others = [counts[topic] for topic in relation.new if topic not in few.values()]
    return {
        place: (counts[topic] or sum(others) / max(len(others), 1)) / max(sum(others), 1)
        for place, topic in few.items()
    }


def windows_of(found: Sequence[Labelled], relation: Relation) -> tuple[list[Example], Tensor]:
    """The windows of the sentences, and which of the new topics each may have, (windows, topics)."""
    data: list[Example] = []
    allowed = []
    for one in found:
        own = examples([replace(one.sentence, topic=one.topics[0])], relation.new)
        data += own
        allowed += [[topic in one.topics for topic in relation.new]] * len(own)
    return data, torch.tensor(allowed)


def _files(files: Sequence[GoldFile]) -> dict[str, Any]:
    return {
        "sha256": hash_files(file.path for file in files),
        "files": {file.name: digest(file.path) for file in files},
    }
