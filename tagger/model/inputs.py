"""Sentences as arrays: [CLS] characters [SEP], and behind it, as a second segment, the section path and [SEP].

A sentence over the limit is cut into windows that overlap, so that every character is seen with context on both sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tagger.model.vocabulary import Vocabulary

WINDOW = 320  # characters of a sentence in one window
OVERLAP = 64
SECTION = 40  # characters of the section path, its end first of all: the nearest heading says most

Ids = NDArray[np.int64]


class Window(NamedTuple):
    """A stretch of a sentence, `start:end` in its characters."""

    sentence: int
    start: int
    end: int


class Batch(NamedTuple):
    """Arrays of shape (windows, tokens), padded with 0: token ids, segment ids, attention mask."""

    input_ids: Ids
    token_type_ids: Ids
    attention_mask: Ids


def windows(lengths: Sequence[int]) -> Iterator[Window]:
    """The windows over sentences of these lengths; one for each that fits."""
    for sentence, length in enumerate(lengths):
        start = 0
        while True:
            end = min(start + WINDOW, length)
            yield Window(sentence, start, end)
            if end == length:
                break
            start = end - OVERLAP


def section_text(section: Sequence[str]) -> str:
    """The section path as the model sees it."""
    return "/".join(section)[-SECTION:]


def build(vocabulary: Vocabulary, texts: Sequence[str], sections: Sequence[str], multiple: int = 1) -> Batch:
    """Arrays for texts with their section paths (an empty one leaves out the second segment).

    They are as many tokens wide as the longest needs, rounded up to a multiple of `multiple`.
    """
    rows = [
        (vocabulary.encode(text), vocabulary.encode(section)) for text, section in zip(texts, sections, strict=True)
    ]
    width = max(len(text) + 2 + (len(section) + 1 if section else 0) for text, section in rows)
    width += -width % multiple
    ids = np.full((len(rows), width), vocabulary.pad, np.int64)
    types = np.zeros_like(ids)
    mask = np.zeros_like(ids)
    for number, (text, section) in enumerate(rows):
        row = [vocabulary.cls, *text, vocabulary.sep, *section, *([vocabulary.sep] if section else [])]
        ids[number, : len(row)] = row
        types[number, len(text) + 2 : len(row)] = 1
        mask[number, : len(row)] = 1
    return Batch(ids, types, mask)


def by_length(lengths: Sequence[int], tokens: int) -> Iterator[list[int]]:
    """Positions in batches of like length, each of at most `tokens` tokens with its padding, but at least one position."""
    batch: list[int] = []
    for position in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and lengths[position] * (len(batch) + 1) > tokens:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch
