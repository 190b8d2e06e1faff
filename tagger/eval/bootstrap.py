"""Paired bootstrap of the difference of two engines (Koehn 2004), resampling blocks of sentences that stand together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tagger.data.gold import LABELS
from tagger.eval.tagging import Scored, found_triples, is_exact, triples_of

BLOCK = 10  # neighbouring sentences share their style and their mistakes
SAMPLES = 2000
_SEED = 20260

Array = NDArray[np.float64]


class Difference(NamedTuple):
    """By how much the second engine is better than the first, with its 95% interval."""

    score: float
    low: float
    high: float


def differences(first: Sequence[Scored], second: Sequence[Scored]) -> dict[str, Difference]:
    """The difference of every score on the same sentences in the same order: F1 per label and of triples, topics, exact."""
    counts = [_counts(each) for each in (first, second)]
    topics = sorted({each.gold.topic for each in first})
    confusion = [_topics(each, topics) for each in (first, second)]
    blocks = [range(start, min(start + BLOCK, len(first))) for start in range(0, len(first), BLOCK)]
    chance = np.random.default_rng(_SEED)
    drawn = chance.integers(0, len(blocks), (SAMPLES, len(blocks)))
    found: dict[str, Difference] = {}
    for name in counts[0]:
        sums = [np.array([each[name][list(block)].sum(axis=0) for block in blocks]) for each in counts]
        found[name] = _interval(sums, drawn, _f1 if name != "exact" else _share)
    sums = [np.array([each[list(block)].sum(axis=0) for block in blocks]) for each in confusion]
    found["topic macro-F1"] = _interval(sums, drawn, _macro)
    return found


def _interval(sums: Sequence[Array], drawn: NDArray[np.int64], score: Callable[[Array], Array]) -> Difference:
    whole = [score(each.sum(axis=0)[None]) for each in sums]
    sampled = [score(each[drawn].sum(axis=1)) for each in sums]
    low, high = np.percentile(sampled[1] - sampled[0], [2.5, 97.5])
    return Difference(float((whole[1] - whole[0])[0]), float(low), float(high))


def _counts(scored: Sequence[Scored]) -> dict[str, Array]:
    """Per sentence and name: how many right, in gold, found."""
    rows: dict[str, list[tuple[int, int, int]]] = {name: [] for name in (*LABELS, "triple", "exact")}
    for each in scored:
        for label in LABELS:
            gold = {(s.start, s.end) for s in each.gold.spans if s.label == label}
            found = {(s.start, s.end) for s in each.prediction.spans if s.label == label}
            rows[label].append((len(gold & found), len(gold), len(found)))
        expected, said = triples_of(each.gold), found_triples(each)
        rows["triple"].append((len(expected & said), len(expected), len(said)))
        rows["exact"].append((int(is_exact(each)), 1, 1))
    return {name: np.array(its, float) for name, its in rows.items()}


def _topics(scored: Sequence[Scored], topics: Sequence[str]) -> Array:
    """Per sentence and topic: right, in gold, found."""
    table = np.zeros((len(scored), len(topics), 3))
    for row, each in enumerate(scored):
        gold, found = each.gold.topic, each.prediction.topic
        table[row, topics.index(gold), 1] = 1
        if found in topics:
            table[row, topics.index(found), 2] = 1
        if gold == found:
            table[row, topics.index(gold), 0] = 1
    return table


def _f1(sums: Array) -> Array:
    total = sums[..., 1] + sums[..., 2]
    result: Array = np.divide(2 * sums[..., 0], total, out=np.zeros_like(total), where=total > 0)
    return result


def _share(sums: Array) -> Array:
    result: Array = sums[..., 0] / sums[..., 1]
    return result


def _macro(sums: Array) -> Array:
    """Mean F1 of the topics that stand in the sample's gold."""
    scores, seen = _f1(sums), sums[..., 1] > 0
    result: Array = (scores * seen).sum(axis=-1) / seen.sum(axis=-1)
    return result
