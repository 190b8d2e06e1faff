"""What a linear model sees of a character: itself, its neighbours, and what kind of character each is."""

from __future__ import annotations

_NUMERALS = frozenset("一二两三四五六七八九十百千万亿半几余多")
_MASKS = frozenset("*＊×xXｘＸ")
_REACH = 4


def kind(character: str) -> str:
    """Digit, numeral, mask, Latin, punctuation or other."""
    if character.isdigit():
        return "d"
    if character in _NUMERALS:
        return "n"
    if character in _MASKS:
        return "m"
    if character.isascii() and character.isalpha():
        return "a"
    return "w" if character.isalnum() else "p"


def character_features(text: str) -> list[list[str]]:
    """The features of each character of a text, as strings."""
    padded = "\x02" * _REACH + text + "\x03" * _REACH
    kinds = "".join(map(kind, padded))
    features = []
    for place in range(_REACH, _REACH + len(text)):
        own = []
        for step in range(-_REACH, _REACH + 1):
            own.append(f"{step}={padded[place + step]}")
            own.append(f"k{step}={kinds[place + step]}")
        for step in range(-3, 3):
            own.append(f"{step}b={padded[place + step : place + step + 2]}")
        for step in (-2, -1, 0):
            own.append(f"{step}t={padded[place + step : place + step + 3]}")
        own.append(f"ks={kinds[place - 3 : place + 4]}")
        features.append(own)
    return features
