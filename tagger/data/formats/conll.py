"""CoNLL-2003 columns (Tjong Kim Sang and De Meulder 2003): one character a line, IOB2 in the last column.

Part-of-speech and chunk are not ours to give; their columns hold -X- and O.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tagger.data import iob
from tagger.data.formats.tasks import build_entities
from tagger.data.gold import GoldFile, GoldSentence
from tagger.data.markup import read_text
from tagger.document import CORE, Link, Span
from tagger.errors import TaggerError
from tagger.extraction.links import link

UNKNOWN_TOPIC = "unknown"  # no topic of any taxonomy: a person has to give one
LOST = (
    "topics",
    "which sentences were looked at for a label that a taxonomy adds (on the way back those that have one)",
    "links (on the way back they are guessed from where the spans stand)",
    "headings, section paths and roles",
    "header fields",
    "file names, where there is more than one file",
    "white space inside sentences",
    "readings of values and lists of chrome, which stay in files of their own",
)
_DOCUMENT = "-DOCSTART- -X- -X- O"


def write(files: list[GoldFile], out: Path) -> None:
    """Write all files into one file of columns."""
    lines = []
    for file in files:
        lines += [_DOCUMENT, ""]
        for sentence in file.sentences:
            tags = iob.encode(len(sentence.text), sentence.spans)
            pairs = zip(sentence.text, tags, strict=True)
            lines += [f"{character} -X- O {tag}" for character, tag in pairs if not character.isspace()]
            lines.append("")
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read(path: Path) -> list[GoldFile]:
    """Read columns: text and spans, linked by where they stand; the topic is `unknown`, which `tagger data check` reports.

    Raises TaggerError naming file and line of a row that is no columns, or tags that are not IOB2.
    """
    files: list[list[GoldSentence]] = []
    rows: list[tuple[str, str]] = []
    for number, line in enumerate([*read_text(path).splitlines(), ""], 1):
        if line.startswith("-DOCSTART-"):
            files.append([])
        elif line.strip():
            columns = line.split()
            if len(columns) != 4 or len(columns[0]) != 1:
                raise TaggerError(f"{path}:{number}: needs a character and three columns: {line}")
            rows.append((columns[0], columns[3]))
        elif rows:
            if not files:
                files.append([])
            try:
                files[-1].append(_sentence(rows, len(files[-1]) + 1))
            except ValueError as error:
                raise TaggerError(f"{path}:{number}: {error}: {''.join(each for each, _ in rows)}") from None
            rows = []
    if not any(files):
        raise TaggerError(f"{path}: holds no sentence; name a file of columns")
    stem = path.name.split(".")[0]
    names = [stem] if len(files) == 1 else [f"{stem}_{number}" for number in range(1, len(files) + 1)]
    return [
        GoldFile(path.parent / f"{name}.tagged", {}, tuple(lines)) for name, lines in zip(names, files, strict=True)
    ]


def _sentence(rows: list[tuple[str, str]], number: int) -> GoldSentence:
    text = "".join(character for character, _ in rows)
    spans = iob.decode([tag for _, tag in rows])
    links = link(text, spans)
    units = [(spans.index(each.value), spans.index(each.unit)) for each in links if each.unit]
    metrics = [(spans.index(value), spans.index(metric)) for value, metric in _metrics(spans, links).items()]
    pairs = units + metrics
    seen = tuple(dict.fromkeys(span.label for span in spans if span.label not in CORE))
    entities = build_entities([span[:3] for span in spans], pairs, text, seen)
    return GoldSentence(number, text, UNKNOWN_TOPIC, entities, seen=seen)


def _metrics(spans: list[Span], links: list[Link]) -> dict[Span, Span]:
    """The METRIC of each VALUE. One that the linker passed over takes the nearest VALUE that leaves no other without."""
    owner = {each.value: each.metric for each in links if each.metric}
    for metric in (span for span in spans if span.label == "METRIC" and span not in owner.values()):
        held = Counter(owner.values())
        free = [each.value for each in links if each.value not in owner or held[owner[each.value]] > 1]
        if free:
            nearest = min(free, key=lambda value: max(value.start - metric.end, metric.start - value.end))
            owner[nearest] = metric
    return owner
