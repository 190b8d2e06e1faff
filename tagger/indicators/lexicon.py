"""The words of metric names (lexicon.yaml): the longest at a place, its category, what it is another spelling of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple
from unicodedata import normalize

Category = Literal[
    "scope", "population", "staff", "disease", "verb", "action", "noun", "whole", "ending", "empty", "other"
]

_CATEGORIES: tuple[Category, ...] = (
    "scope",
    "population",
    "staff",
    "disease",
    "verb",
    "action",
    "noun",
    "whole",
    "empty",
)
_ROMAN = str.maketrans(
    {chr(0x2160 + i): str(i + 1) for i in range(12)} | {chr(0x2170 + i): str(i + 1) for i in range(12)}
)
_BRACKETS = str.maketrans("[]{}【】〔〕〖〗", "()()()()()")
_UNSEEN = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad'\"“”‘’「」『』《》〈〉·•:;,。]")
_DASH = re.compile(r"(?<=\d)(?:周?岁)?(?:[‐‑‒–—―−~〜至到-]+)(?=\d)")
_FULL_YEARS = re.compile(r"(?<=\d)周岁")
_ONES = "一二三四五六七八九"
_AGE = re.compile(rf"(?<![{_ONES}十百])([{_ONES}])周?岁")
_ROUNDS = 8  # what one round brings together, the next may change again; two settle any text of a report
_LEVELS = re.compile(r"(?<=[一二三四])、(?=[一二三四][级类])")
_AND_ABOVE = re.compile(r"(?<=[岁级])(?:及|含|\(含\))以上")


def plain(text: str) -> str:
    """A name in one spelling: NFKC, lower case, no blanks or quotes, round brackets, one dash, 岁 for 周岁, Ⅱ as 2.

    >>> plain("６５周岁 及以上“老年人”")
    '65岁以上老年人'
    """
    for _ in range(_ROUNDS):
        spelled = _respell(text)
        if spelled == text:
            break
        text = spelled
    return text


def _respell(text: str) -> str:
    once = normalize("NFKC", normalize("NFKC", text.translate(_ROMAN)).casefold()).translate(_BRACKETS)
    once = _DASH.sub("-", _UNSEEN.sub("", once))
    once = _LEVELS.sub("", _AGE.sub(lambda match: f"{_ONES.index(match[1]) + 1}岁", once))
    return _AND_ABOVE.sub("以上", _FULL_YEARS.sub("岁", once))


class Token(NamedTuple):
    """A word of a name in its canonical spelling."""

    word: str
    category: Category


@dataclass(frozen=True)
class Lexicon:
    """`entries` maps a spelling to its tokens; the sets hold canonical words with a part of their own in signatures."""

    entries: dict[str, tuple[Token, ...]]
    lengths: dict[str, tuple[int, ...]]  # by first character, the longest first
    endings: dict[str, str]  # the word → its measure word, "" where it has none
    sizes: frozenset[str]
    binding: frozenset[str]
    free: frozenset[str]
    on_staff: frozenset[str]
    of_patients: frozenset[str]
    light: frozenset[str]
    light_of_events: frozenset[str]
    negations: tuple[str, ...]
    relations: re.Pattern[str]

    def longest(self, text: str, start: int) -> int:
        """The end of the longest word that begins at `start`, or `start` where none does."""
        for length in self.lengths.get(text[start], ()):
            if text[start : start + length] in self.entries:
                return start + length
        return start


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """The lexicon in the package."""
    import yaml

    path = Path(__file__).with_name("lexicon.yaml")
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))

    def words(key: str) -> frozenset[str]:
        return frozenset(map(plain, content[key].split()))

    known: dict[str, Token] = {}
    for category in _CATEGORIES:
        for word in map(plain, content[category].split()):
            if word in known:
                raise ValueError(f"{path.name}: {word} stands under {known[word].category} and {category}")
            known[word] = Token(word, category)
    endings = {plain(word): str(measure) for word, measure in content["endings"].items()}
    sizes = words("sizes")
    for word in (*endings, *sizes):
        known.setdefault(word, Token(word, "ending"))
    entries: dict[str, tuple[Token, ...]] = {word: (token,) for word, token in known.items()}
    for spelling, target in content["aliases"].items():
        entries[plain(spelling)] = tuple(known.get(word, Token(word, "other")) for word in map(plain, target.split()))
    lengths: dict[str, set[int]] = {}
    for word in entries:
        lengths.setdefault(word[0], set()).add(len(word))
    return Lexicon(
        entries=entries,
        lengths={first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()},
        endings=endings,
        sizes=sizes,
        binding=words("binding"),
        free=words("free"),
        on_staff=words("on_staff"),
        of_patients=words("of_patients"),
        light=words("light"),
        light_of_events=words("light_of_events"),
        negations=tuple(sorted(words("negations"))),
        relations=re.compile("|".join(sorted(words("relations")))),
    )
