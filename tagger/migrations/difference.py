"""The operations between two taxonomies, worked out from their ids; what ids cannot tell is asked.

A topic that is only in the old one may have been merged, dropped or split: that is a question. One that is only in the new one, and
that no answer claims, is added. A new name is a rename, or part of the merge. Labels are only ever added.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tagger.errors import TaggerError
from tagger.migrations.migration import Migration, Version, make, merge_topics
from tagger.migrations.operations import Add, AddLabel, Drop, Merge, Operation, Rename, Split
from tagger.taxonomy import Taxonomy, TopicEntry

_ANSWER = re.compile(r"(merge|drop|split|add):([a-z0-9_]+(?:,[a-z0-9_]+)*)")
_NEAREST = 3  # so many topics are proposed in a question


class Answer(NamedTuple):
    """What became of a topic: `merge` or `drop` into one, `split` into several; of a new one, `add` and what it is related to."""

    kind: str
    topics: tuple[str, ...]


class Question(NamedTuple):
    """A topic whose fate ids do not tell, and the new topics that are nearest to it by their words."""

    topic: str
    name: str
    nearest: tuple[str, ...]


def read_answer(text: str, place: str) -> Answer:
    """An answer as it is written, `merge:ID`, `drop:ID`, `split:ID,ID` or `add:ID,ID`. Raises TaggerError, which begins with `place`."""
    match = _ANSWER.fullmatch(text.strip())
    if match is None:
        raise TaggerError(
            f"{place}: {text!r} is no answer; write merge:ID, drop:ID or split:ID,ID; of a new topic add:ID,ID"
        )
    return Answer(match[1], tuple(match[2].split(",")))


def ask(old: Taxonomy, new: Taxonomy, answers: Mapping[str, Answer]) -> list[Question]:
    """The topics that are gone and of which no answer says what became of them."""
    ids = {entry.id for entry in new.topics}
    gone = [entry for entry in old.topics if entry.id not in ids and entry.id not in answers]
    return [Question(entry.id, entry.name, _nearest(entry, new.topics)) for entry in gone]


def _nearest(entry: TopicEntry, others: Sequence[TopicEntry]) -> tuple[str, ...]:
    """The topics that share most keywords, and characters of their names."""
    shared = {each.id: len({*entry.keywords} & {*each.keywords}) + len({*entry.name} & {*each.name}) for each in others}
    return tuple(sorted(shared, key=lambda topic: -shared[topic])[:_NEAREST])


def find_operations(old: Taxonomy, new: Taxonomy, answers: Mapping[str, Answer]) -> tuple[Operation, ...]:
    """The operations that lead from one taxonomy to the other, without reasons; `answers` has one for every question.

    Raises TaggerError where an answer does not fit the taxonomies, or the topics of the new one stand in an order that no
    operation gives.
    """
    before = {entry.id: entry for entry in old.topics}
    after = {entry.id: entry for entry in new.topics}
    fresh = [topic for topic in after if topic not in before]
    for topic, answer in answers.items():
        _check(topic, answer, before, after, fresh)
    merges = _merges(before, after, answers)
    splits = [
        Split(topic, tuple(after[each] for each in answers[topic].topics), "")
        for topic in before
        if topic in answers and answers[topic].kind == "split"
    ]
    drops = [Drop(t, answers[t].topics[0], "") for t in before if t in answers and answers[t].kind == "drop"]
    claimed = [part.id for each in splits for part in each.into] + [each.into for each in merges]
    for topic in claimed:
        if claimed.count(topic) > 1:
            raise TaggerError(f"{topic}: two answers make it; a topic is made by one operation")
    renames = [
        Rename(topic, after[topic].name, "")
        for topic, entry in before.items()
        if topic in after and topic not in claimed and after[topic].name != entry.name
    ]
    adds = _adds(new, [topic for topic in fresh if topic not in claimed], answers)
    operations: tuple[Operation, ...] = (*renames, *merges, *splits, *drops, *adds, *_added_labels(old, new))
    _check_order(old, new, operations)
    return operations


def _check(
    topic: str, answer: Answer, before: Mapping[str, TopicEntry], after: Mapping[str, TopicEntry], fresh: Sequence[str]
) -> None:
    if answer.kind == "add":
        if topic not in fresh:
            raise TaggerError(f"{topic}: is no new topic; add: is for those")
        wanted: Iterable[str] = before
    else:
        if topic not in before or topic in after:
            raise TaggerError(f"{topic}: is not gone from the new taxonomy; answer only for topics that are")
        wanted = fresh if answer.kind == "split" else after
    for each in answer.topics:
        if each not in wanted:
            kind = {"add": "topic of the old taxonomy", "split": "new topic"}.get(
                answer.kind, "topic of the new taxonomy"
            )
            raise TaggerError(f"{topic}: {answer.kind}:{each} names no {kind}; mend the answer")
    if answer.kind == "split" and len(set(answer.topics)) < 2:
        raise TaggerError(f"{topic}: split: needs two new topics, separated by a comma")
    if answer.kind in ("merge", "drop") and len(answer.topics) != 1:
        raise TaggerError(f"{topic}: {answer.kind}: needs one topic; a topic that becomes several is split:")


def _merges(
    before: Mapping[str, TopicEntry], after: Mapping[str, TopicEntry], answers: Mapping[str, Answer]
) -> list[Merge]:
    groups: dict[str, list[str]] = {}
    for topic in before:
        if topic in answers and answers[topic].kind == "merge":
            groups.setdefault(answers[topic].topics[0], []).append(topic)
    merges = []
    for into, gone in groups.items():
        topics = tuple(topic for topic in before if topic in gone or topic == into)
        if len(topics) < 2:
            raise TaggerError(
                f"{topics[0]}: merge:{into} is one topic that becomes one; an id is for ever: keep {topics[0]} and change its name"
            )
        entry = after[into]
        name = entry.name if into not in before or entry.name != before[into].name else None
        plain = merge_topics(Merge(topics, into, entry.name, None, None, ""), [before[topic] for topic in topics])
        covers = None if entry.covers == plain.covers else entry.covers
        keywords = None if entry.keywords == plain.keywords else entry.keywords
        merges.append(Merge(topics, into, name, covers, keywords, ""))
    return merges


def _adds(new: Taxonomy, added: Sequence[str], answers: Mapping[str, Answer]) -> list[Add]:
    """The added topics in their order, each behind the one before it; those at the end need no place."""
    order = [entry.id for entry in new.topics]
    last = len(order)
    while last and order[last - 1] in added:
        last -= 1
    adds = []
    for topic in added:
        place = order.index(topic)
        if place == 0:
            raise TaggerError(f"{topic}: is new and stands first; put it behind a topic that was there before")
        related = answers[topic].topics if topic in answers else ()
        adds.append(Add(new.topics[place], related, None if place >= last else order[place - 1], ""))
    return adds


def _added_labels(old: Taxonomy, new: Taxonomy) -> list[AddLabel]:
    """The labels behind the old ones. Raises TaggerError where an old one is gone, has another name, or does not stand first."""
    kept = new.labels[: len(old.labels)]
    if [(each.id, each.name) for each in kept] != [(each.id, each.name) for each in old.labels]:
        raise TaggerError(
            f"labels {', '.join(each.id for each in old.labels)} must stand first, as they are; a label is added, never changed"
        )
    return [AddLabel(each, "") for each in new.labels[len(old.labels) :]]


def _check_order(old: Taxonomy, new: Taxonomy, operations: tuple[Operation, ...]) -> None:
    trial = Migration(Path("answers"), 0, Version.of(old), Version.of(new), operations)
    made = [entry.id for entry in make(trial, old).topics]
    has = [entry.id for entry in new.topics]
    if made != has:
        at = next(number for number, (one, other) in enumerate(zip(made, has, strict=True)) if one != other)
        raise TaggerError(
            f"{has[at]}: stands where {made[at]} is due; keep the topics in their order, a merged one in the place of its first "
            f"source, parts in that of the whole: {', '.join(made)}"
        )


def drifted(old: Taxonomy, new: Taxonomy, operations: Iterable[Operation]) -> list[str]:
    """The kept topics whose covers or keywords differ: no operation carries that, and none is needed."""
    after = {entry.id: entry for entry in new.topics}
    merged = {each.into for each in operations if isinstance(each, Merge)}
    kept = [entry for entry in old.topics if entry.id in after and entry.id not in merged]
    return [entry.id for entry in kept if after[entry.id]._replace(name=entry.name) != entry]
