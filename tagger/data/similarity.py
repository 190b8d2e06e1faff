"""Near-duplicates: sentences that share more than half of their character 5-grams, digits, masks and names folded.

Folding sees a template with new numbers for what it is.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

SIZE = 5
# A mask is a run of marks; Latin x stands for digits only by itself (CT, X光 and DRX are words).
_MASK = re.compile(r"[*＊×□○△●]+|(?<![A-Za-z])[xXｘＸ]+(?![A-Za-z])")
_DIGITS = re.compile(r"\d+(?:[.,．，]\d+)*")
_SPACE = re.compile(r"\s+")


class NearDuplicate(NamedTuple):
    """Sentence `number` shares `share` of its 5-grams with sentence `other`, the one it is most like."""

    number: int
    other: int
    share: float


def fold(text: str, names: Sequence[str] = ()) -> str:
    """The text with every number or mask as one symbol and every name as another, blanks left out."""
    text = _SPACE.sub("", text)
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "名")
    return _DIGITS.sub("0", _MASK.sub("0", text))


def grams(folded: str) -> set[str]:
    """The character 5-grams of a folded text; a shorter text is its own only gram."""
    return {folded[start : start + SIZE] for start in range(len(folded) - SIZE + 1)} or {folded}


def find_near_duplicates(folded: Sequence[str], candidates: Iterable[int], share: float = 0.5) -> list[NearDuplicate]:
    """For each sentence of `candidates`, the other sentence of `folded` that holds the most of its 5-grams, if over `share`.

    The share is of the candidate's own 5-grams, so that a short sentence inside a long one counts.
    """
    sets = [grams(text) for text in folded]
    index: defaultdict[str, list[int]] = defaultdict(list)
    for number, members in enumerate(sets):
        for gram in members:
            index[gram].append(number)
    found = []
    for number in candidates:
        shared: Counter[int] = Counter()
        for gram in sets[number]:
            shared.update(index.get(gram, ()))
        del shared[number]
        if not shared:
            continue
        other, count = min(shared.items(), key=lambda item: (-item[1], item[0]))
        if count > share * len(sets[number]):
            found.append(NearDuplicate(number, other, count / len(sets[number])))
    return found
