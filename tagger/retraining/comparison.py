"""The model before and after a change of the taxonomy, on the same held-out sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from tagger.data.gold import LABELS, GoldFile, GoldSentence
from tagger.document import Prediction
from tagger.engines import Engine
from tagger.eval.tagging import Counts, Scored, TaggingScores, score, tag_files
from tagger.retraining.relation import Relation
from tagger.taxonomy import Taxonomy

TAGGING = (*LABELS, "triple")


class TopicScores(NamedTuple):
    """F1 of new topics before and after, and of how many sentences; `before` is None where the old model has no such topic.

    For a topic that is split, `topics` are its parts together, so that both models can be asked for it; each part has a
    row of its own besides.
    """

    topics: tuple[str, ...]
    kind: str  # kept, merged, split, part, added
    sentences: int
    before: float | None
    after: float


class LabelScores(NamedTuple):
    """Strict F1 of a label that the taxonomy adds, on the sentences looked at for it; None where there are none, or no such label."""

    label: str
    sentences: int
    before: float | None
    after: float | None


class Compared(NamedTuple):
    """One held-out sentence: the gold topic in new ids (None where a split one was not looked at), what each model says."""

    file: str
    gold: GoldSentence
    topic: str | None
    before: Prediction
    after: Prediction


@dataclass(frozen=True)
class Comparison:
    """Two models, the relation of their topics, and what both say of each sentence."""

    relation: Relation
    old: Taxonomy
    new: Taxonomy
    sentences: tuple[Compared, ...]

    @classmethod
    def of(cls, relation: Relation, old: Engine, new: Engine, files: Sequence[GoldFile]) -> Comparison:
        """Ask both models; sentences whose topic neither taxonomy knows are left out."""
        found = []
        for file, before, after in zip(files, tag_files(old, files, {}), tag_files(new, files, {}), strict=True):
            for a, b in zip(before, after, strict=True):
                labels = relation.labels(a.gold.topic)
                if labels:
                    found.append(
                        Compared(file.name, a.gold, labels[0] if len(labels) == 1 else None, a.prediction, b.prediction)
                    )
        return cls(relation, old.taxonomy, new.taxonomy, tuple(found))

    @cached_property
    def topics(self) -> tuple[TopicScores, ...]:
        """The scores of every new topic that stands in the gold.

        Sentences of added topics count for these alone: the old model could not have been right there, and what the new
        one makes of them is in the score of the added topic.
        """
        return tuple(row for row in self._rows() if row.sentences)

    def _rows(self) -> Iterator[TopicScores]:
        relation = self.relation
        added = {topic for topic in relation.new if not relation.origins[topic]}
        known = [each for each in self.sentences if each.topic not in added]
        split = {old: parts for old, parts in relation.targets.items() if len(parts) > 1}
        for topic in relation.new:
            if topic in added:
                yield self._row((topic,), "added", self.sentences, False)
            elif topic in relation.untrained:
                looked_at = [each for each in known if each.topic is not None]
                yield self._row((topic,), "part", looked_at, False)
            else:
                yield self._row((topic,), "kept" if topic in relation.kept else "merged", known, True)
        for parts in dict.fromkeys(split.values()):
            yield self._row(parts, "split", known, True)

    def _row(self, topics: tuple[str, ...], kind: str, sentences: Sequence[Compared], old: bool) -> TopicScores:
        def is_gold(each: Compared) -> bool:
            # A sentence of a split topic that nobody has looked at since is still one of its parts.
            return set(self.relation.labels(each.gold.topic)) <= set(topics)

        golds = [is_gold(each) for each in sentences]
        before = [set(self.relation.targets[each.before.topic]) <= set(topics) for each in sentences]
        after = [each.after.topic in topics for each in sentences]
        return TopicScores(topics, kind, sum(golds), _f1(golds, before) if old else None, _f1(golds, after))

    @cached_property
    def kept(self) -> tuple[float, float]:
        """Macro-F1 over the kept topics, before and after; nothing lost where none is in the gold."""
        rows = [(each.before or 0.0, each.after) for each in self.topics if each.kind == "kept"]
        if not rows:
            return 0.0, 0.0
        return sum(a for a, _ in rows) / len(rows), sum(b for _, b in rows) / len(rows)

    @property
    def drop(self) -> float:
        """What the kept topics lose, in points of macro-F1."""
        return 100 * (self.kept[0] - self.kept[1])

    @cached_property
    def tagging(self) -> tuple[TaggingScores, TaggingScores]:
        """Scores of both; those of topics are in `topics`."""
        return (
            score([Scored(each.gold, each.before) for each in self.sentences]),
            score([Scored(each.gold, each.after) for each in self.sentences]),
        )

    @cached_property
    def labels(self) -> tuple[LabelScores, ...]:
        """The scores of the labels beside METRIC, VALUE and UNIT."""
        known = {entry.id for entry in self.old.labels}
        before, after = self.tagging
        rows = []
        for label in (entry.id for entry in self.new.labels):
            looked_at = sum(label in each.gold.seen for each in self.sentences)
            now = after.labels.get(label, 0.0) if looked_at else None
            rows.append(LabelScores(label, looked_at, before.labels.get(label, 0.0) if label in known else None, now))
        return tuple(rows)

    @property
    def label_drop(self) -> float:
        """The most that a label which the old model knows loses, in points of F1."""
        known = (*LABELS, *(entry.id for entry in self.old.labels))
        before, after = self.tagging
        return max(100 * (before.labels.get(each, 0.0) - after.labels.get(each, 0.0)) for each in known)

    @cached_property
    def flow(self) -> Counter[tuple[str, str]]:
        """How many sentences went from which topic of the old model to which of the new one."""
        return Counter((each.before.topic, each.after.topic) for each in self.sentences)

    def is_expected(self, old: str, new: str) -> bool:
        """Whether the migration itself takes the old topic to the new one."""
        return new in self.relation.targets[old]

    @property
    def moved(self) -> list[Compared]:
        """Sentences that went elsewhere than the migration takes them, those that are wrong now before the others."""
        found = [each for each in self.sentences if not self.is_expected(each.before.topic, each.after.topic)]
        return sorted(found, key=lambda each: each.topic is not None and each.topic == each.after.topic)


def value(scores: TaggingScores, name: str) -> float:
    """One of the TAGGING scores."""
    return (scores.triple.f1 or 0.0) if name == "triple" else scores.labels.get(name, 0.0)


def table(comparison: Comparison) -> Iterator[str]:
    """The comparison as Markdown, for the terminal."""
    old, new = comparison.old, comparison.new
    moved = sum(not comparison.is_expected(*pair) * count for pair, count in comparison.flow.items())
    yield f"taxonomy {old.version} → {new.version}, {len(comparison.sentences)} held-out sentences"
    yield ""
    yield "| topic | sentences | F1 before | F1 after | points |"
    yield "|---|---|---|---|---|"
    for row in comparison.topics:
        name = " + ".join(row.topics) + ("" if row.kind == "kept" else f" ({row.kind})")
        if row.before is None:
            yield f"| {name} | {row.sentences} | — | {row.after:.3f} | — |"
        else:
            yield f"| {name} | {row.sentences} | {row.before:.3f} | {row.after:.3f} | {100 * (row.after - row.before):+.1f} |"
    before, after = comparison.kept
    yield f"| **kept topics, macro** | | {before:.3f} | {after:.3f} | {100 * (after - before):+.1f} |"
    first, second = comparison.tagging
    for name in TAGGING:
        a, b = value(first, name), value(second, name)
        yield f"| {name} | | {a:.3f} | {b:.3f} | {100 * (b - a):+.1f} |"
    for label in comparison.labels:
        cells = ["—" if each is None else f"{each:.3f}" for each in (label.before, label.after)]
        points = "—" if label.before is None or label.after is None else f"{100 * (label.after - label.before):+.1f}"
        name = label.label if label.before is not None else f"{label.label} (added)"
        yield f"| {name} | {label.sentences} | {cells[0]} | {cells[1]} | {points} |"
    yield ""
    yield f"{moved} sentences went elsewhere than the migration takes them"


def _f1(golds: Sequence[bool], found: Sequence[bool]) -> float:
    both = sum(gold and said for gold, said in zip(golds, found, strict=True))
    return Counts(both, sum(golds), sum(found)).f1 or 0.0
