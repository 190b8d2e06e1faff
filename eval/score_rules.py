"""Scores the rule engine and the reader against the first-pass annotation: python eval/score_rules.py

Tagging is scored on the annotated sentences, strict spans; reading on the raw files. Prints a Markdown table with the
hash of the data and the date.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from difflib import SequenceMatcher
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from tagger import Tagger
from tagger.document import Sentence, Span
from tagger.extraction.links import link
from tagger.reading import load, read

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "data" / "gold" / "first_pass"
LABELS = {"M": "METRIC", "V": "VALUE", "U": "UNIT"}
LINE = re.compile(r"\[(?:#(?P<level>\d)(?: (?P<role>\w+))?|(?P<topic>[a-z_]+))\] ?(?P<text>.+)")
ENTITY = re.compile(r"\{([MVU])([\d,]*)\|([^{}]*)\}")

Range = tuple[int, int]
Triple = tuple[Range | None, Range, Range | None]


class GoldLine(NamedTuple):
    """One line of a .tagged file; `level` is None for a sentence."""

    text: str
    level: int | None
    topic: str
    role: str
    section: tuple[str, ...]
    spans: list[Span]
    triples: set[Triple]


def read_tagged(path: Path) -> Iterator[GoldLine]:
    """The lines of a .tagged file. Raises ValueError naming file and line where one cannot be parsed."""
    role = "overview"
    section: tuple[str, ...] = ()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"{path}:{number}: not a line of markup: {line}")
        text, spans, triples = _parse(match["text"])
        if match["level"] is not None:
            role = match["role"] or role
            level = int(match["level"])
            section = (*section[: level - 1], text) if level else section
            yield GoldLine(text, level, "", role, section, spans, triples)
        else:
            yield GoldLine(text, None, match["topic"], role, section, spans, triples)


def _parse(marked: str) -> tuple[str, list[Span], set[Triple]]:
    text = ""
    end = 0
    spans: list[Span] = []
    groups: dict[str, dict[str, Range]] = {}
    for match in ENTITY.finditer(marked):
        text += marked[end : match.start()]
        start = len(text)
        text += match[3]
        end = match.end()
        spans.append(Span(LABELS[match[1]], start, len(text), 1.0))  # type: ignore[arg-type]
        for group in match[2].split(","):
            groups.setdefault(group, {})[match[1]] = (start, len(text))
    triples = {(group.get("M"), group["V"], group.get("U")) for group in groups.values() if "V" in group}
    return text + marked[end:], spans, triples


def score_tagging(files: list[Path], tagger: Tagger) -> dict[str, float]:
    """Strict F1 per label, of linked triples, of the linker on gold spans, and topic scores, on the gold sentences."""
    counts: Counter[str] = Counter()
    topics: list[tuple[str, str]] = []
    for path in files:
        gold = [line for line in read_tagged(path) if line.level is None]
        paragraph = 0
        sentences = []
        for position, line in enumerate(gold):
            paragraph += position > 0 and line.section != gold[position - 1].section
            sentences.append(Sentence(line.text, 0, len(line.text), section=line.section, paragraph=paragraph))
        for line, prediction in zip(gold, tagger.engine.tag(sentences), strict=True):
            topics.append((line.topic, prediction.topic))
            for label in LABELS.values():
                expected = {(s.start, s.end) for s in line.spans if s.label == label}
                found = {(s.start, s.end) for s in prediction.spans if s.label == label}
                _count(counts, label, expected, found)
            _count(counts, "triple", line.triples, _triples(line.text, prediction.spans))
            _count(counts, "links on gold spans", line.triples, _triples(line.text, line.spans))
    scores = {name: _f1(counts, name) for name in (*LABELS.values(), "triple", "links on gold spans")}
    scores["topic accuracy"] = sum(a == b for a, b in topics) / len(topics)
    per_topic = []
    for topic in sorted({a for a, _ in topics}):
        right = sum(a == b == topic for a, b in topics)
        per_topic.append(2 * right / (sum(a == topic for a, _ in topics) + sum(b == topic for _, b in topics)))
    scores["topic macro-F1"] = sum(per_topic) / len(per_topic)
    return scores


def score_reading(pairs: list[tuple[Path, Path]]) -> dict[str, float]:
    """F1 of sentences and headings by their boundaries, and accuracy of level and role where these are right."""
    counts: Counter[str] = Counter()
    for tagged, source in pairs:
        gold = list(read_tagged(tagged))
        document = read(load(str(source)).text)
        pieces = [(h.start, h.text, h.level, "") for h in document.headings]
        pieces += [(s.start, s.text, None, s.role) for s in document.sentences]  # type: ignore[misc]
        pieces.sort(key=lambda piece: piece[0])
        expected = _places([(line.text, line.level, line.role) for line in gold])
        found = _places([(text, level, role) for _, text, level, role in pieces])
        aligned = _align("".join(text for _, text, _, _ in pieces), "".join(line.text for line in gold))
        moved = {(kind, aligned.get(a, -1), aligned.get(b, -1)): value for (kind, a, b), value in found.items()}
        for kind in ("headings", "sentences"):
            _count(counts, kind, {p for p in expected if p[0] == kind}, {p for p in moved if p[0] == kind})
        for place in set(expected) & set(moved):
            name, position = ("level", 0) if place[0] == "headings" else ("role", 1)
            counts[f"{name} right"] += expected[place][position] == moved[place][position]
            counts[f"{name} all"] += 1
    return {
        "sentences": _f1(counts, "sentences"),
        "headings": _f1(counts, "headings"),
        "heading level": counts["level right"] / counts["level all"],
        "role": counts["role right"] / counts["role all"],
    }


def _places(lines: list[tuple[str, int | None, str]]) -> dict[tuple[str, int, int], tuple[int | None, str]]:
    """Each line's place in the text without blanks."""
    places = {}
    position = 0
    for text, level, role in lines:
        length = len("".join(text.split()))
        places["sentences" if level is None else "headings", position, position + length] = (level, role)
        position += length
    return places


def _align(found: str, gold: str) -> dict[int, int]:
    """Positions in the found text to positions in the gold text, both without blanks."""
    found, gold = "".join(found.split()), "".join(gold.split())
    if found == gold:
        return {position: position for position in range(len(found) + 1)}
    aligned = {}
    for tag, a, b, c, _ in SequenceMatcher(None, found, gold, autojunk=False).get_opcodes():
        if tag == "equal":
            aligned.update({a + step: c + step for step in range(b - a + 1)})
    return aligned


def _triples(text: str, spans: list[Span]) -> set[Triple]:
    def place(span: Span | None) -> Range | None:
        return (span.start, span.end) if span else None

    return {(place(each.metric), (each.value.start, each.value.end), place(each.unit)) for each in link(text, spans)}


def _count(counts: Counter[str], name: str, expected: set, found: set) -> None:  # type: ignore[type-arg]
    counts[f"{name} right"] += len(expected & found)
    counts[f"{name} gold"] += len(expected)
    counts[f"{name} found"] += len(found)


def _f1(counts: Counter[str], name: str) -> float:
    return 2 * counts[f"{name} right"] / (counts[f"{name} gold"] + counts[f"{name} found"])


def main() -> None:
    """Print the table."""
    tagger = Tagger.load("rules")
    seeds = sorted((GOLD / "seeds").glob("*.tagged"))
    reports = sorted((GOLD / "reports").glob("*.tagged"))
    parts = {
        "seeds (in view)": [(path, next((ROOT / "seeds").glob(f"{path.stem}_*.txt"))) for path in seeds],
        "reports a1–b3 (in view)": [(path, path.with_suffix(".txt")) for path in reports if path.stem[0] in "ab"],
        "reports c1–c3 (kept back)": [(path, path.with_suffix(".txt")) for path in reports if path.stem[0] == "c"],
    }
    columns = {}
    for name, pairs in parts.items():
        columns[name] = score_tagging([tagged for tagged, _ in pairs], tagger) | score_reading(pairs)
    digest = sha256(b"".join(path.read_bytes() for path in (*seeds, *reports))).hexdigest()
    print(
        f"engine rules, taxonomy {tagger.engine.taxonomy.version}, data sha256 {digest[:12]}, {date.today().isoformat()}"
    )
    print()
    print("| score | " + " | ".join(columns) + " |")
    print("|---" * (len(columns) + 1) + "|")
    for score in next(iter(columns.values())):
        print(f"| {score} | " + " | ".join(f"{column[score]:.3f}" for column in columns.values()) + " |")


if __name__ == "__main__":
    main()
