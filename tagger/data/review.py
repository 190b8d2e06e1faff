"""What a person must look at before a migration can be run: the list, and the answers taken back from it.

After a split that is every sentence of the split topic; for a new topic every sentence of the topics related to it, and every other
for which its covers and keywords speak (`tagger.data.suggest`). The list is a `.tagged` file: before each sentence a heading that
says where it stands, what is above it and why it is asked about; the sentence itself is marked `[todo_TOPIC]` with the suggestion.
Who decides takes `todo_` away, or writes another topic.

For a new label nobody need look at everything: the list has a number of sentences, marked `[TOPIC +todo_LABEL]`, with what the label's
pattern finds as a suggestion. Those with a match and those without take turns, so that any beginning of the list will do: lines that
nobody looks at are deleted. Sentences that are not in the list stay as they are, not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from tagger.data.gold import GoldFile, GoldHeading, GoldLine, GoldSentence
from tagger.data.markup import TODO, read_tagged, renumber
from tagger.data.relabel import Place, Sources, Targets, raw_twin
from tagger.data.suggest import PLAUSIBLE, plausibility, suggested
from tagger.document import Sentence
from tagger.engines import Engine
from tagger.errors import TaggerError
from tagger.migrations import Add, Migration
from tagger.taxonomy import LabelEntry, Taxonomy

_PLACE = re.compile(r"(?P<file>.+?\.tagged):(?P<line>[0-9]+)(?: .*)?")


class Question(NamedTuple):
    """A sentence to decide: the topics that its old one became, and the new ones that it may belong to."""

    place: Place
    sentence: GoldSentence
    heirs: tuple[str, ...]
    new: tuple[str, ...]


def ask(sources: Sources, migration: Migration, taxonomy: Taxonomy) -> list[Question]:
    """The sentences that a person must look at, in the order of the data; `taxonomy` is the old one.

    A raw annotation follows the gold where it agreed with it; it is asked about only where it is alone with a topic that was split.
    """
    heirs: dict[str, tuple[str, ...]] = {}
    for topic, origins in migration.origins(taxonomy).items():
        for each in origins:
            heirs[each] = (*heirs.get(each, ()), topic)
    added = [each for each in migration.operations if isinstance(each, Add)]
    questions: list[Question] = []
    for name, file in sources.gold.items():
        for sentence in file.sentences:
            own = heirs[sentence.topic]
            new = tuple(each.topic.id for each in added if _may_be(each, sentence))
            if len(own) + len(new) > 1:
                questions.append(Question(Place(name, sentence.number), sentence, own, new))
    for name, file in sources.raw.items():
        twin = raw_twin(file, sources.gold_of(name))
        for sentence in file.sentences:
            own = heirs[sentence.topic]
            if sentence.number not in twin and len(own) > 1:
                questions.append(Question(Place(name, sentence.number), sentence, own, ()))
    return questions


def ask_labels(sources: Sources, labels: Sequence[LabelEntry], count: int) -> list[Question]:
    """`count` sentences to look at for new labels, none of the challenge set; with and without a match of their patterns by turns.

    Chance, the same at every call, says which.
    """
    drawn = sorted(
        (sha256(f"{name}:{sentence.number}".encode()).digest(), Place(name, sentence.number), sentence)
        for name, file in sources.gold.items()
        for sentence in file.sentences
        if labels and not name.startswith("challenge/")
    )
    groups: tuple[list[Question], list[Question]] = ([], [])
    for _, place, sentence in drawn:
        groups[not suggested(sentence, labels)].append(Question(place, sentence, (), ()))
    turns = [each for pair in zip_longest(*groups) for each in pair if each is not None]
    return turns[:count]


def _with_labels(sentence: GoldSentence, labels: Sequence[LabelEntry]) -> GoldSentence:
    """The sentence with suggestions for labels, all of them open."""
    entities = sorted([*sentence.entities, *suggested(sentence, labels)], key=lambda each: each.start)
    return replace(sentence, entities=tuple(entities), seen=(*sentence.seen, *(TODO + each.id for each in labels)))


def _may_be(added: Add, sentence: GoldSentence) -> bool:
    return sentence.topic in added.related or plausibility(added.topic, sentence) >= PLAUSIBLE


def make_list(
    questions: Sequence[Question],
    new: Taxonomy,
    engine: Engine,
    title: str,
    path: Path,
    looks: Sequence[Question] = (),
    labels: Sequence[LabelEntry] = (),
    targets: Targets | None = None,
) -> GoldFile:
    """The review list: most doubtful sentence first, by the engine's score of the topic that it gives; then the `looks` for `labels`.

    A sentence that is asked about for both is asked once. `targets` says what became of the topics of the others.
    """
    wanted = {each.place for each in looks}
    sentences = [
        Sentence(each.sentence.text, 0, len(each.sentence.text), (), each.sentence.section, each.sentence.role, number)
        for number, each in enumerate(questions)
    ]
    predictions = engine.tag(sentences)
    order = sorted(range(len(questions)), key=lambda number: predictions[number].topic_score)
    lines: list[GoldLine] = []
    for number in order:
        question, prediction = questions[number], predictions[number]
        scores = score(question, new)
        best = max(scores, key=lambda topic: scores[topic])  # of equals the first: the heir
        why = ", ".join(f"{topic} {value:g}" for topic, value in scores.items())
        said = f"{question.sentence.topic} -> {why}; {engine.name}: {prediction.topic} {prediction.topic_score:.2f}"
        above = " › ".join(("", *question.sentence.section))
        lines.append(GoldHeading(len(lines) + 2, f"{question.place} {said}{above}", 1))
        own = _with_labels(question.sentence, labels) if question.place in wanted else question.sentence
        lines.append(replace(own, number=len(lines) + 2, topic=TODO + best))
    asked = {each.place for each in questions}
    for each in looks:
        if each.place not in asked:
            own = _with_labels(each.sentence, labels)
            topic = own.topic if targets is None else targets[own.topic][0]
            above = " › ".join(("", *own.section))
            lines.append(
                GoldHeading(len(lines) + 2, f"{each.place} {', '.join(label.id for label in labels)}{above}", 1)
            )
            lines.append(replace(own, number=len(lines) + 2, topic=topic))
    return GoldFile(path, {"title": title}, tuple(lines))


def score(question: Question, new: Taxonomy) -> dict[str, float]:
    """How much the words of the new taxonomy speak for each choice; a person chose what an only heir stands for, which counts too."""
    entries = {entry.id: entry for entry in new.topics}
    scores = {topic: plausibility(entries[topic], question.sentence) for topic in (*question.heirs, *question.new)}
    if len(question.heirs) == 1:
        scores[question.heirs[0]] += PLAUSIBLE
    return scores


class Answers(NamedTuple):
    """What was decided: the topic of every question, and the sentences that were looked at for new labels."""

    topics: dict[Place, str]
    looked_at: dict[Place, GoldSentence]


def read_answers(
    path: Path,
    questions: Sequence[Question],
    new: Taxonomy,
    sources: Sources | None = None,
    labels: Sequence[LabelEntry] = (),
    targets: Targets | None = None,
) -> Answers:
    """The topic decided for every question, and the sentences of `sources` that were looked at for the new `labels`.

    Raises TaggerError naming file and line of the first sentence that is undecided, has a topic or label that the new taxonomy has
    not, or is not as it stands in the gold data, and the place of a question that is missing.
    """
    wanted = {each.place: each for each in questions}
    ids = {entry.id for entry in new.topics}
    added = {entry.id for entry in labels}
    answers: dict[Place, str] = {}
    looked_at: dict[Place, GoldSentence] = {}
    for place, sentence in _answered(read_tagged(path)):
        where = f"{path}:{sentence.number}"
        if sentence.topic not in ids and sentence.topic.startswith(TODO):
            raise TaggerError(
                f"{where}: is not decided; take {TODO} away, or write another topic in its place: {sentence.text}"
            )
        if sentence.topic not in ids:
            raise TaggerError(
                f"{where}: {sentence.topic} is no topic of taxonomy {new.version}; mend it: {sentence.text}"
            )
        undecided = [each for each in sentence.seen if each.startswith(TODO)]
        if undecided:
            raise TaggerError(
                f"{where}: is not looked at for {undecided[0].removeprefix(TODO)}; mark what is one and take {TODO} away: {sentence.text}"
            )
        own = _standing(place, sources) if added & {*sentence.seen} else None
        if place not in wanted and own is None:
            raise TaggerError(
                f"{where}: {place} is not asked about by this migration; make the list anew: {sentence.text}"
            )
        if place in answers or place in looked_at:
            raise TaggerError(f"{where}: {place} is answered twice; leave one: {sentence.text}")
        own = own or wanted[place].sentence
        if sentence.text != own.text or _entities(sentence, added) != _entities(own, added):
            raise TaggerError(
                f"{where}: differs from {place} in more than its topic or a new label; mend the gold data itself: {sentence.text}"
            )
        if place in wanted:
            answers[place] = sentence.topic
        elif targets is None or sentence.topic != targets[own.topic][0]:
            raise TaggerError(f"{where}: {place} is not asked about for its topic; leave that: {sentence.text}")
        if own.seen != sentence.seen:
            looked_at[place] = sentence
    for place, question in wanted.items():
        if place not in answers:
            raise TaggerError(f"{path}: lacks {place}; decide it too, or make the list anew: {question.sentence.text}")
    return Answers(answers, looked_at)


def _standing(place: Place, sources: Sources | None) -> GoldSentence | None:
    """The gold sentence that stands in a place, if one does."""
    file = sources.gold.get(place.file) if sources else None
    return next((each for each in file.sentences if each.number == place.line), None) if file else None


def _answered(file: GoldFile) -> Iterator[tuple[Place, GoldSentence]]:
    place: Place | None = None
    for line in file.lines:
        if isinstance(line, GoldHeading):
            match = _PLACE.fullmatch(line.text)
            place = Place(match["file"], int(match["line"])) if match else None
        elif place is None:
            raise TaggerError(
                f"{file.path}:{line.number}: has no heading before it that says where it stands; make the list anew: {line.text}"
            )
        else:
            yield place, line
            place = None


def _entities(sentence: GoldSentence, added: Collection[str]) -> object:
    """The entities with links numbered in order, for another tool numbers them anew, and labels looked at; without the added ones."""
    renumbered = renumber(sentence)
    assert isinstance(renumbered, GoldSentence)
    kept = [each for each in renumbered.entities if each.label not in added]
    return kept, [each for each in sentence.seen if each not in added]


def count_by_topic(questions: Sequence[Question]) -> Mapping[str, int]:
    """How many sentences of each old topic are asked about."""
    counts: dict[str, int] = {}
    for each in questions:
        counts[each.sentence.topic] = counts.get(each.sentence.topic, 0) + 1
    return counts
