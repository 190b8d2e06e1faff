"""Scores that mean what they say, on dev: temperatures (Guo et al. 2017), and the thresholds below which a person should look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from tagger.data.gold import GoldFile
from tagger.eval.tagging import is_exact, tag_files
from tagger.model.engine import ModelEngine, Settings
from tagger.model.lexicon import Lexicon
from tagger.model.network import TaggerNetwork, torch_runner
from tagger.model.vocabulary import Vocabulary
from tagger.taxonomy import Taxonomy
from tagger.training.loop import allowed_tags, collate, examples, tag_loss

FLAGGED = 0.10  # at most this share of dev sentences goes to a person
_TEMPERATURES = [round(0.5 + 0.05 * step, 2) for step in range(51)]


def calibrate(
    network: TaggerNetwork,
    vocabulary: Vocabulary,
    taxonomy: Taxonomy,
    files: Sequence[GoldFile],
    lexicon: Lexicon | None = None,
) -> tuple[Settings, dict[str, Any]]:
    """The settings that fit dev best, and what the thresholds catch there."""
    topics, labels = ([entry.id for entry in its] for its in (taxonomy.topics, taxonomy.labels))
    data = examples([sentence for file in files for sentence in file.sentences], topics, labels)
    tag_logits, tags, allowed, topic_logits, golds = [], [], [], [], []
    network.eval()
    with torch.inference_mode():
        for start in range(0, len(data), 32):
            batch = data[start : start + 32]
            arrays, gold_tags, gold_topics = collate(vocabulary, batch)
            logits, whole = network(*(torch.from_numpy(array) for array in arrays))
            if lexicon is not None:
                texts, sections = [each.text for each in batch], [each.section for each in batch]
                whole = torch.from_numpy(lexicon.correct(whole.numpy(), texts, sections))
            seen = gold_tags >= 0
            tag_logits.append(logits[seen])
            tags.append(gold_tags[seen])
            may_be = allowed_tags(batch, gold_tags, network.tags)
            only = nn.functional.one_hot(gold_tags.clamp(min=0), network.tags).bool()
            allowed.append((only if may_be is None else may_be)[seen])
            topic_logits.append(whole)
            golds.append(gold_topics)
    topic_temperature = _temperature(torch.cat(topic_logits), torch.cat(golds))
    several = torch.cat(allowed) if taxonomy.labels else None
    tag_temperature = _temperature(torch.cat(tag_logits), torch.cat(tags), several)
    plain = Settings(topic_temperature, tag_temperature)
    engine = ModelEngine(torch_runner(network), vocabulary, taxonomy, plain, lexicon=lexicon)
    scored = [each for one in tag_files(engine, list(files), {}) for each in one]
    doubts = [
        (each.prediction.topic_score, min((span.score for span in each.prediction.spans), default=1.0), is_exact(each))
        for each in scored
    ]
    topic_review, span_review = _thresholds(doubts)
    flagged = [not right for topic, span, right in doubts if topic < topic_review or span < span_review]
    wrong = sum(not right for *_, right in doubts)
    return plain._replace(topic_review=topic_review, span_review=span_review), {
        "flagged": round(len(flagged) / len(doubts), 5),
        "wrong_caught": round(sum(flagged) / wrong, 5) if wrong else None,
    }


def _temperature(logits: Tensor, gold: Tensor, allowed: Tensor | None = None) -> float:
    """The temperature of the lowest loss on dev; `allowed` as in `tag_loss`."""
    losses = [float(tag_loss(logits / each, gold, allowed)) for each in _TEMPERATURES]
    return _TEMPERATURES[losses.index(min(losses))]


def _thresholds(doubts: Sequence[tuple[float, float, bool]]) -> tuple[float, float]:
    """The pair of thresholds that catches the most wrong sentences among those that flag at most FLAGGED of all."""
    limit = FLAGGED * len(doubts)
    grid = [step / 50 for step in range(50)]
    best = (0, 0.0, 0.0)
    for topic in grid:
        for span in grid:
            flagged = [right for a, b, right in doubts if a < topic or b < span]
            if len(flagged) > limit:
                break
            best = max(best, (sum(not right for right in flagged), topic, span))
    return best[1], best[2]
