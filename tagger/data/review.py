"""What a person must look at before a migration can be run: the list, and the answers taken back from it.

After a split that is every sentence of the split topic; for a new topic every sentence of the topics related to it, and every other
for which its covers and keywords speak (`tagger.data.suggest`). The list is a `.tagged` file: before each sentence a heading that
says where it stands, what is above it and why it is asked about; the sentence itself is marked `[todo_TOPIC]` with the suggestion.
Who decides takes `todo_` away, or writes another topic.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from tagger.data.gold import GoldFile, GoldHeading, GoldLine, GoldSentence
from tagger.data.markup import read_tagged, renumber
from tagger.data.relabel import Place, Sources, raw_twin
from tagger.data.suggest import PLAUSIBLE, plausibility
from tagger.document import Sentence
from tagger.engines import Engine
from tagger.errors import TaggerError
from tagger.migrations import Add, Migration
from tagger.taxonomy import Taxonomy

TODO = "todo_"
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


def _may_be(added: Add, sentence: GoldSentence) -> bool:
    return sentence.topic in added.related or plausibility(added.topic, sentence) >= PLAUSIBLE


def make_list(questions: Sequence[Question], new: Taxonomy, engine: Engine, title: str, path: Path) -> GoldFile:
    """The review list: most doubtful sentence first, by the engine's score of the topic that it gives."""
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
        lines.append(replace(question.sentence, number=len(lines) + 2, topic=TODO + best))
    return GoldFile(path, {"title": title}, tuple(lines))


def score(question: Question, new: Taxonomy) -> dict[str, float]:
    """How much the words of the new taxonomy speak for each choice; a person chose what an only heir stands for, which counts too."""
    entries = {entry.id: entry for entry in new.topics}
    scores = {topic: plausibility(entries[topic], question.sentence) for topic in (*question.heirs, *question.new)}
    if len(question.heirs) == 1:
        scores[question.heirs[0]] += PLAUSIBLE
    return scores


def read_answers(path: Path, questions: Sequence[Question], new: Taxonomy) -> dict[Place, str]:
    """The topic decided for every question.

    Raises TaggerError naming file and line of the first sentence that is undecided, has a topic that the new taxonomy has not, or
    is not as it stands in the gold data, and the place of one that is missing.
    """
    wanted = {each.place: each for each in questions}
    ids = {entry.id for entry in new.topics}
    answers: dict[Place, str] = {}
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
        if place not in wanted:
            raise TaggerError(
                f"{where}: {place} is not asked about by this migration; make the list anew: {sentence.text}"
            )
        if place in answers:
            raise TaggerError(f"{where}: {place} is answered twice; leave one: {sentence.text}")
        own = wanted[place].sentence
        if sentence.text != own.text or _entities(sentence) != _entities(own):
            raise TaggerError(
                f"{where}: differs from {place} in more than its topic; mend the gold data itself: {sentence.text}"
            )
        answers[place] = sentence.topic
    for place, question in wanted.items():
        if place not in answers:
            raise TaggerError(f"{path}: lacks {place}; decide it too, or make the list anew: {question.sentence.text}")
    return answers


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


def _entities(sentence: GoldSentence) -> object:
    """The entities with links numbered in order: another tool numbers them anew."""
    renumbered = renumber(sentence)
    return renumbered.entities if isinstance(renumbered, GoldSentence) else None


def count_by_topic(questions: Sequence[Question]) -> Mapping[str, int]:
    """How many sentences of each old topic are asked about."""
    counts: dict[str, int] = {}
    for each in questions:
        counts[each.sentence.topic] = counts.get(each.sentence.topic, 0) + 1
    return counts
