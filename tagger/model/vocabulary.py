"""One token a character: offsets are characters, and 34867 is five digits, not two pieces of a word.

A character that the vocabulary lacks falls back to its lower case, then to its compatibility form (NFKC: Ⅱ → ii, its first
letter), then to [UNK]; every character gets exactly one token.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from tagger.errors import TaggerError

PAD, UNK, CLS, SEP, MASK = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"
SPECIAL = (PAD, UNK, CLS, SEP, MASK)


class Vocabulary:
    """Tokens with their ids: the special ones first, then single characters."""

    def __init__(self, tokens: Sequence[str]) -> None:
        if tuple(tokens[: len(SPECIAL)]) != SPECIAL or any(len(token) != 1 for token in tokens[len(SPECIAL) :]):
            raise ValueError(f"a vocabulary holds {', '.join(SPECIAL)} and then single characters")
        self.tokens = tuple(tokens)
        self._ids = {token: number for number, token in enumerate(tokens)}
        self.pad, self.unk, self.cls, self.sep, self.mask = range(len(SPECIAL))
        self._id = lru_cache(maxsize=1 << 16)(self._find)

    @classmethod
    def load(cls, path: Path) -> Vocabulary:
        """Read vocab.txt, one token a line. Raises TaggerError where it is missing or no character vocabulary."""
        try:
            return cls(path.read_text(encoding="utf-8").splitlines())
        except (OSError, ValueError) as error:
            raise TaggerError(
                f"{path}: is no vocabulary of ours ({error}); take the model's own folder whole"
            ) from None

    def save(self, path: Path) -> None:
        """Write vocab.txt."""
        path.write_text("\n".join(self.tokens) + "\n", encoding="utf-8")

    def __len__(self) -> int:
        return len(self.tokens)

    def encode(self, text: str) -> list[int]:
        """One id a character."""
        return [self._id(character) for character in text]

    def _find(self, character: str) -> int:
        for form in (character, character.lower(), unicodedata.normalize("NFKC", character).lower()):
            if form and form[0] in self._ids:
                return self._ids[form[0]]
        return self.unk
