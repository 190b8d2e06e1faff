"""From logits to spans: the best well-formed tag sequence (Viterbi 1967 over the IOB2 constraints), with a score per span."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tagger.data.iob import TAGS, decode
from tagger.document import Span

Floats = NDArray[np.float32]
_FORBIDDEN = np.float32(-1e9)


@lru_cache(maxsize=8)
def _transitions(tags: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Which tag may begin a sequence, and which may follow which: an I only follows its own B or I."""
    start = np.array([_FORBIDDEN if tag.startswith("I-") else 0 for tag in tags], np.float32)
    follow = np.zeros((len(tags), len(tags)), np.float32)
    for before, first in enumerate(tags):
        for after, second in enumerate(tags):
            if second.startswith("I-") and first[2:] != second[2:]:
                follow[before, after] = _FORBIDDEN
    return start, follow


def log_softmax(logits: Floats) -> Floats:
    """Log-probabilities over the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def best_path(scores: Floats, tags: tuple[str, ...] = TAGS) -> list[int]:
    """The well-formed tag sequence of the highest total; `scores` are log-probabilities of shape (characters, tags)."""
    begin, follow = _transitions(tags)
    greedy = scores.argmax(axis=1)
    if begin[greedy[0]] == 0 and not follow[greedy[:-1], greedy[1:]].any():
        return [int(tag) for tag in greedy]  # the most likely tags are well-formed as they are: nothing can beat them
    best = scores[0] + begin
    back = np.zeros(scores.shape, np.intp)
    for position in range(1, len(scores)):
        totals = best[:, None] + follow
        back[position] = totals.argmax(axis=0)
        best = totals.max(axis=0) + scores[position]
    path = [int(best.argmax())]
    for position in range(len(scores) - 1, 0, -1):
        path.append(int(back[position, path[-1]]))
    return path[::-1]


def spans(logits: Floats, tags: tuple[str, ...] = TAGS) -> list[Span]:
    """The spans of one sentence from its tag logits, shape (characters, tags); `tags` names the outputs.

    A span's score is the geometric mean of its tags' probabilities.
    """
    if not len(logits):
        return []
    scores = log_softmax(logits)
    path = best_path(scores, tags)
    own = scores[np.arange(len(path)), path]
    return [
        span._replace(score=round(float(np.exp(own[span.start : span.end].mean())), 4))
        for span in decode([tags[tag] for tag in path])
    ]


def merge(length: int, pieces: list[tuple[int, Floats]]) -> Floats:
    """One array of logits for a sentence of `length` from its windows, each with its start.

    Where two overlap, each character takes the one in which it stands farther from the cut.
    """
    if len(pieces) == 1:
        return pieces[0][1]
    merged = np.empty((length, pieces[0][1].shape[1]), np.float32)
    for number, (start, logits) in enumerate(pieces):
        begin = start
        if number:
            before = pieces[number - 1]
            begin = start + (before[0] + len(before[1]) - start) // 2
        merged[begin : start + len(logits)] = logits[begin - start :]
    return merged
