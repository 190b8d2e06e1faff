"""What a metric name says, free of how it says it: two names with one signature measure the same.

A signature is a key: names join where their signatures are equal, and nowhere else, so that no order of reading and no
chain of likenesses can bring together what differs. What is not known stays in it as it is written.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from tagger.indicators.lexicon import Lexicon, Token, load_lexicon
from tagger.indicators.measures import POINTS, RANK, RATE, RATIO, Kind, kind_of, measure
from tagger.indicators.words import Name, bind, cut_name

_ACTS = frozenset({"verb", "action"})
_ACTORS = frozenset({"population", "staff"})
_SIDE = {"scope": "scope", "disease": "disease", "verb": "verb", "action": "action"}
_NAMED = frozenset({"scope", "disease"}) | _ACTS | _ACTORS
_JOINS = re.compile("[、和与及]")
_NO_SIZE = frozenset({"", RATIO})


class Signature(NamedTuple):
    """What a metric measures. Each tuple keeps its words in the order they stand; `scope` is sorted.

    `order` is the whole name in order where a word in it says which side is which (占, 转, 低于), else empty.
    """

    kind: Kind
    dimension: str  # of the unit: 人, 人次, %, 元 …; two of them, joined by |, where name and unit disagree
    scope: tuple[str, ...]
    population: tuple[str, ...]
    diseases: tuple[str, ...]
    actions: tuple[str, ...]
    words: tuple[str, ...]
    order: tuple[str, ...]


def signature(name: str, unit: str | None = None) -> Signature:
    """The signature of a metric name with the unit of its values (None where they have none)."""
    lexicon = load_lexicon()
    cut = cut_name(name)
    in_order = _says_sides(cut.tokens, lexicon)
    tokens = bind(cut.tokens, in_order)
    dimension, per = _dimension(cut, tokens, unit or cut.unit, lexicon)
    if cut.ending is not None and not _ending_is_said(cut.ending, dimension, bool(unit or cut.unit), lexicon):
        tokens = [*tokens, Token(cut.ending, "noun")]
    kind = kind_of(dimension.split("|")[0]) if dimension else "count" if cut.ending in lexicon.endings else "unknown"
    kept = _simplify(_drop_light(tokens, kind, dimension, lexicon), dimension, lexicon)
    if not kept:
        kept = [Token(cut.text, "other")]
    by_category: dict[str, list[str]] = {}
    for token in kept:
        by_category.setdefault(token.category, []).append(token.word)
    actions = (*by_category.get("verb", ()), *by_category.get("action", ()))
    population = (*by_category.get("population", ()), *by_category.get("staff", ()))
    diseases = tuple(by_category.get("disease", ()))
    words = tuple(token.word for token in kept if token.category not in _NAMED)
    staffed = bool(by_category.get("staff")) and not lexicon.on_staff.issuperset(actions)
    return Signature(
        kind=kind,
        dimension=dimension,
        scope=tuple(sorted({*_bind_scope(kept, lexicon), *per})),
        population=population,
        diseases=diseases,
        actions=actions,
        words=words,
        order=tuple(token.word for token in kept) if staffed or in_order or _joins_unlike(kept) else (),
    )


def _dimension(name: Name, tokens: list[Token], unit: str | None, lexicon: Lexicon) -> tuple[str, tuple[str, ...]]:
    """What is counted, by the unit and by the name's ending, and what it is taken per."""
    found = measure(unit)
    of_unit, per = (found.dimension, found.per) if found else ("", ())
    ending = lexicon.endings.get(name.ending or "", "")
    last = tokens[-1].word if tokens else ""
    said = measure(ending)
    of_name = RANK if last == RANK else said.dimension if said else ""
    if not of_name and not of_unit and last.endswith(RATIO) and not last.endswith(("占比", "同比", "环比")):
        of_name = RATIO
    people = any(token.category in ("population", "staff") for token in tokens)
    if people and not any(token.word == "手术" for token in tokens):
        # A case of a patient is a patient; an operation is not.
        of_unit, of_name = ("人" if each == "例" else each for each in (of_unit, of_name))
    if not of_name and not of_unit and people and last != "占比" and not name.ending:
        return "人", per
    if not of_name or of_name == of_unit or (of_name, of_unit) == (RATE, POINTS):
        return of_unit, per
    if not of_unit or (of_name, of_unit) in ((RANK, "人"), (RANK, "个"), ("人次", "次")):
        return of_name, per
    return f"{of_name}|{of_unit}", per


def _ending_is_said(ending: str, dimension: str, has_unit: bool, lexicon: Lexicon) -> bool:
    """Whether the dimension says all that the ending does."""
    if ending == RANK:
        return False
    return ending in lexicon.endings or has_unit and dimension not in _NO_SIZE


def _drop_light(tokens: list[Token], kind: Kind, dimension: str, lexicon: Lexicon) -> list[Token]:
    """Without the words that add nothing: of a rate they say what it is of (开展率), so there they stay."""
    light: frozenset[str] = frozenset()
    if dimension in ("次", "期"):
        light = lexicon.light_of_events
    elif kind == "count" and dimension != "个":
        light = lexicon.light
    return [
        token
        for token in tokens
        if token.category != "empty" and token.word not in light and not (kind == "count" and token.word == "总")
    ]


def _simplify(tokens: list[Token], dimension: str, lexicon: Lexicon) -> list[Token]:
    """Without what goes without saying in this field: the patients of a disease under care, who signs with whom."""
    words = {token.word for token in tokens}
    actions = {token.word for token in tokens if token.category in _ACTS}
    diseases = [token for token in tokens if token.category == "disease"]
    population = [token.word for token in tokens if token.category == "population"]
    if "建立" in actions and not {"健康档案", "档案"}.isdisjoint(words):
        tokens = [token._replace(word="建档") if token.word == "建立" else token for token in tokens]
    if population and "签约" in actions:
        tokens = [token for token in tokens if token.word != "家庭医生"]
    if (
        len(diseases) == 1
        and population == ["患者"]
        and actions <= lexicon.of_patients
        and (actions or dimension == "人")
    ):
        tokens = [token for token in tokens if token.word != "患者"]
    return tokens


def _bind_scope(tokens: list[Token], lexicon: Lexicon) -> list[str]:
    """The scope words, each with what it stands before where it could be said of more than one thing.

    新增签约患者 is not 签约新增患者, 三级医院二级专科 not 二级医院三级专科; 人均 is said of the figure wherever it stands.
    """
    if not any(token.category == "scope" for token in tokens):
        return []
    following = [*tokens[1:], Token("", "other")]
    categories = Counter(
        "actor" if token.category in _ACTORS else _SIDE.get(token.category, "word") for token in tokens
    )
    said = [token for token in tokens if token.category == "scope" and token.word not in lexicon.free]
    scopes = categories.pop("scope", 0)
    several = max(categories.values(), default=0) > 1 or len(said) > 1 and len(tokens) - scopes > 1
    acts = any(token.category in _ACTS for token in tokens)
    bound = []
    for token, after in zip(tokens, following, strict=True):
        if token.category != "scope":
            continue
        if several and token.word not in lexicon.free:
            bound.append(f"{token.word}→{after.word}")
        elif acts and token.word in lexicon.binding and after.category in _ACTS:
            bound.append(f"{token.word}→")
        else:
            bound.append(token.word)
    return bound


def _says_sides(tokens: tuple[Token, ...], lexicon: Lexicon) -> bool:
    """Whether a word not cut further tells one side from another."""
    return any(token.category == "other" and lexicon.relations.search(token.word) for token in tokens)


def _joins_unlike(tokens: list[Token]) -> bool:
    """Whether words of two categories are joined: what is shared on either side is not known then."""
    return any(token.category == "other" and _JOINS.search(token.word) for token in tokens)
