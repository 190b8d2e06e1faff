"""A model for a taxonomy with topics or labels that the old heads cannot tell: what is new fitted on replayed and new examples."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
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
from tagger.data.iob import make_tags
from tagger.data.protocols import Fold
from tagger.document import Label
from tagger.errors import TaggerError
from tagger.eval.tagging import score, tag_files
from tagger.model.checkpoint import load_network
from tagger.model.engine import ModelEngine
from tagger.model.lexicon import LEXICON, Lexicon
from tagger.model.network import TaggerNetwork, torch_runner
from tagger.model.release import ONNX_INT8, VOCABULARY, WEIGHTS, Meta, digest, model_taxonomy, read_meta, verified
from tagger.model.vocabulary import Vocabulary
from tagger.retraining.graph import add_label, replace_head
from tagger.retraining.head import HeadRecipe, balanced, fitted, grown, pooled
from tagger.retraining.label import learn_label
from tagger.retraining.labels import Labelled, descriptions, labelled, settled
from tagger.retraining.lexicon import fit_lexicon
from tagger.retraining.relation import Relation
from tagger.retraining.takeover import copy_beside, write_retrained
from tagger.taxonomy import Taxonomy, load_taxonomy
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
    """Fill `out` with the model of `folder`, its topic head fitted on the fold's training files and those shown besides, and heads
    for new labels, calibrated on its dev files.

    Encoder and the tags of old labels stay bit for bit, and so does the topic head where the taxonomy only adds labels. Raises
    TaggerError where a new topic or label has no example, or the model no weights.
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
    dev = settled(fold.dev, relation)
    labels = [entry.id for entry in new.labels]
    if len(labels) > len(meta.labels) and relation.new == meta.rows:
        shutil.copy(graph, out / ONNX_INT8)
        lexicon = _lexicon(folder, meta)
    else:
        old = list(labelled(fold.train, relation))
        few = _few(folder, meta, relation, old, {one.topics[0] for one in given})
        unseen = list(labelled(dev, relation))
        lexicon = _fit_topics(network, vocabulary, new, relation, meta, few, found, unseen, recipe)
        replace_head(graph, network.topic, out / ONNX_INT8)
    for count in range(len(meta.labels), len(labels)):
        added = learn_label(network, vocabulary, [one.sentence for one in found], new.labels[: count + 1])
        add_label(out / ONNX_INT8, added, out / ONNX_INT8)
    settings, calibration = calibrate(network, vocabulary, new, dev, lexicon)
    vocabulary.save(out / VOCABULARY)
    save_file({name: value.half() for name, value in network.state_dict().items()}, out / WEIGHTS, {"format": "pt"})
    if lexicon is not None:
        lexicon.save(out / LEXICON)
    copy_beside(folder, out)
    engine = ModelEngine(torch_runner(network), vocabulary, new, lexicon=lexicon)
    dev_scores = score([each for one in tag_files(engine, dev, {}) for each in one])
    seen = Counter(label for one in found for label in one.sentence.seen)
    changes: dict[str, Any] = {
        "tags": list(make_tags(labels)),
        "temperature": {"topic": settings.topic_temperature, "tag": settings.tag_temperature},
        "review": {"topic": settings.topic_review, "span": settings.span_review},
        "data": meta.content["data"] | {"retrained": _files([*fold.train, *shown])},
        "dev": meta.content["dev"] | calibration | scores_of(dev_scores),
        "retrained": {
            "trained": True,
            "recipe": asdict(recipe),
            "examples": {each: counts[each] for each in relation.new},
            **({"looked_at": {each: seen[each] for each in labels}} if labels else {}),
        },
        "date": date.today().isoformat(),
    }
    write_retrained(folder, taxonomy, out, changes)


def _fit_topics(
    network: TaggerNetwork,
    vocabulary: Vocabulary,
    taxonomy: Taxonomy,
    relation: Relation,
    meta: Meta,
    few: Mapping[int, float],
    found: Sequence[Labelled],
    unseen: Sequence[Labelled],
    recipe: HeadRecipe,
) -> Lexicon | None:
    """Give the network a topic head fitted on what was found; the lexicon of the topics known from few examples.

    `few` are these topics (`_few`); `unseen` are sentences that the network was not trained on.
    """
    labels = [entry.id for entry in taxonomy.labels]
    words = list(descriptions(taxonomy, relation))
    data, allowed = windows_of([*found, *words], relation, labels)
    described = torch.arange(len(data)) >= len(data) - len(words)  # each is one window
    features = pooled(network, vocabulary, data)
    weights = balanced(allowed, described, relation)

    def fit_head(mask: NDArray[np.bool_]) -> nn.Sequential:
        chosen = torch.from_numpy(mask)
        sentences = chosen & ~described
        start = grown(network, meta.rows, relation, features[sentences], allowed[sentences])
        return fitted(start, features[chosen], allowed[chosen], weights[chosen], recipe)

    head = fit_head(np.ones(len(data), bool))
    lexicon = None
    if few:
        others, _ = windows_of(
            [one for one in unseen if relation.new.index(one.topics[0]) not in few], relation, labels
        )
        said = pooled(network, vocabulary, others)
        lexicon = fit_lexicon(few, data, features, allowed, described, head, fit_head, taxonomy, (others, said))
    network.topic = head
    return lexicon


def _lexicon(folder: Path, meta: Meta) -> Lexicon | None:
    if LEXICON not in meta.checksums:
        return None
    return Lexicon.load(verified(folder, meta, LEXICON), meta.rows, model_taxonomy(folder, meta))


def _few(
    folder: Path, meta: Meta, relation: Relation, old: Sequence[Labelled], given: Collection[str]
) -> dict[int, float]:
    """The topics known from few examples, by their place: added ones, and those that were added to the model before.

    With each goes how often it is met for every sentence of another topic: as in the old data, where somebody has looked for it.
    A topic of which examples are `given` besides is taken to be as frequent as the others are on average.
    """
    lexicon = _lexicon(folder, meta)
    before = {meta.rows[row] for row in lexicon.entries} if lexicon is not None else set()
    few = {
        place: topic
        for place, topic in enumerate(relation.new)
        if topic not in relation.untrained and before & set(relation.origins[topic]) or not relation.origins[topic]
    }
    counts = Counter(one.topics[0] for one in old)
    others = [counts[topic] for topic in relation.new if topic not in few.values()]
    return {
        place: (counts[topic] if topic not in given else sum(others) / max(len(others), 1)) / max(sum(others), 1)
        for place, topic in few.items()
    }


def windows_of(
    found: Sequence[Labelled], relation: Relation, labels: Sequence[Label] = ()
) -> tuple[list[Example], Tensor]:
    """The windows of the sentences, and which of the new topics each may have, (windows, topics)."""
    data: list[Example] = []
    allowed = []
    for one in found:
        own = examples([replace(one.sentence, topic=one.topics[0])], relation.new, labels)
        data += own
        allowed += [[topic in one.topics for topic in relation.new]] * len(own)
    return data, torch.tensor(allowed)


def _files(files: Sequence[GoldFile]) -> dict[str, Any]:
    return {
        "sha256": hash_files(file.path for file in files),
        "files": {file.name: digest(file.path) for file in files},
    }
