"""A metric name as words: brackets resolved, the longest known words cut out, its ending set apart."""

from __future__ import annotations

import re
from typing import NamedTuple

from tagger.indicators.lexicon import Lexicon, Token, load_lexicon, plain
from tagger.indicators.measures import is_unit

_NUMBER = re.compile(r"\d[\d.\-/]*(?:岁|个?月|月龄|年|[级种类项型%])?(?:以[上下内])?")
_LAST_BRACKET = re.compile(r"(.*)\(([^()]*)\)")
_BRACKET = re.compile(r"\([^()]*\)")
_JOINS = frozenset({"、", "和", "与", "及", "以及"})
_LISTED = frozenset({"population", "staff", "disease", "action"})


class Name(NamedTuple):
    """A metric name cut up. `ending` is the word that says how many (人数, 率); `unit` a unit that stood in brackets."""

    tokens: tuple[Token, ...]
    ending: str | None
    unit: str | None
    text: str


def cut_name(name: str) -> Name:
    """Cut a name into words. A bracket behind it narrows it like words before it: 覆盖率（学校） is 学校覆盖率."""
    lexicon = load_lexicon()
    text = plain(name)
    main, unit = text, None
    before: list[str] = []
    while (bracket := _LAST_BRACKET.fullmatch(main)) and (bracket[1] or before):
        if not bracket[1]:
            break
        main = bracket[1]
        if unit is None and not before and is_unit(bracket[2]):
            unit = bracket[2]
        elif bracket[2]:
            before.insert(0, bracket[2])
    if main.endswith("占"):
        main += "比"
    tokens = _cut(main, lexicon)
    ending = None
    if tokens:
        tokens, ending = _split_ending(tokens, lexicon)
    return Name((*(token for each in before for token in _cut(each, lexicon)), *tokens), ending, unit, text)


def _cut(text: str, lexicon: Lexicon) -> list[Token]:
    tokens: list[Token] = []
    position = start = 0  # text[start:position] is not known
    while position < len(text):
        end, found = _known(text, position, start, lexicon)
        if end == position:
            position += 1
            continue
        if start < position:
            tokens.append(Token(text[start:position], "other"))
        tokens.extend(found)
        position = start = end
    if start < position:
        tokens.append(Token(text[start:position], "other"))
    return tokens


def _known(text: str, position: int, start: int, lexicon: Lexicon) -> tuple[int, tuple[Token, ...]]:
    """The known word at `position`: its end and tokens; the end is `position` where there is none."""
    number = _NUMBER.match(text, position)
    if number:
        return number.end(), (Token(number.group(), "other"),)
    end = lexicon.longest(text, position)
    if end > position + 1:
        return end, lexicon.entries[text[position:end]]
    if end == position + 1 and start == position and _begins_word(text, end, lexicon):
        return end, lexicon.entries[text[position:end]]
    bracket = _BRACKET.match(text, position)
    if bracket:
        return bracket.end(), (Token(bracket.group(), "other"),)
    return position, ()


def _begins_word(text: str, position: int, lexicon: Lexicon) -> bool:
    """Whether a known word, a number or the end of the name is at `position`: 新 in 新签约, not in 新潮."""
    return position == len(text) or text[position].isdecimal() or lexicon.longest(text, position) > position


def _split_ending(tokens: list[Token], lexicon: Lexicon) -> tuple[list[Token], str | None]:
    last = tokens[-1]
    if last.category == "ending":
        return tokens[:-1], last.word
    if (
        last.category == "other"
        and len(last.word) > 1
        and (last.word[-1] in lexicon.endings or last.word[-1] in lexicon.sizes)
    ):
        return [*tokens[:-1], Token(last.word[:-1], "other")], last.word[-1]
    return tokens, None


def bind(tokens: tuple[Token, ...], in_order: bool) -> list[Token]:
    """Tie what belongs together: a negation to the word it denies, and words of one category joined by 和 or 、.

    What is joined may stand in any order (宫颈癌、乳腺癌 is 乳腺癌和宫颈癌), unless the name is to be kept `in_order`:
    上转与下转之比. Institutions keep theirs, since one may do something with the other (医院与养老院签约).
    """
    lexicon = load_lexicon()
    bound: list[Token] = []
    for token in tokens:
        if bound and bound[-1].category == "other" and bound[-1].word.endswith(lexicon.negations):
            token = Token(bound.pop().word + token.word, token.category)
        if (
            not in_order
            and token.category in _LISTED
            and len(bound) > 1
            and bound[-1].word in _JOINS
            and bound[-2].category == token.category
        ):
            bound.pop()
            members = {*bound.pop().word.split("、"), token.word}
            token = Token("、".join(sorted(members)), token.category)
        bound.append(token)
    return bound
