"""HTML: one self-contained page with the reports as written, entities marked, topics in the margin."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files
from typing import TextIO

from tagger.document import CORE, Entity, Heading, Removed, Stretch, TaggedDocument, TaggedSentence
from tagger.output.rows import ROLE_NAMES
from tagger.output.terminal import as_written, spell

_REASONS = {
    "line_wrap": "换行",
    "ocr_space": "多余空格",
    "page_marker": "页码",
    "chrome": "页面杂项",
    "repeated_abstract": "重复摘要",
}


def write_html(documents: Iterable[TaggedDocument], file: TextIO) -> None:
    """Write the page."""
    kept = list(documents)
    facts: list[list[str]] = []  # per measurement: metric, number, unit, as written — what hovering shows
    title = kept[0].source.name if len(kept) == 1 else f"{len(kept)} 份报告"
    hues = _hues(kept)
    file.write(
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)} · tagger</title>\n'
        f"<style>\n{_resource('report.css')}</style>\n</head>\n<body>\n<main>\n"
    )
    file.writelines(_page_header(kept, hues))
    for document in kept:
        file.writelines(_article(document, hues, facts))
    payload = json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c")
    file.write(
        f'</main>\n<div id="tip" role="tooltip" hidden></div>\n<script type="application/json" id="facts">{payload}</script>\n'
        f"<script>\n{_resource('report.js')}</script>\n</body>\n</html>\n"
    )


def _hues(documents: list[TaggedDocument]) -> dict[str, int]:
    """A hue per topic id, far apart for topics that are neighbours in the list."""
    topics = dict.fromkeys(tagged.topic.id for document in documents for tagged in document.sentences)
    return {topic: round(index * 137.5) % 360 for index, topic in enumerate(sorted(topics))}


def _page_header(documents: list[TaggedDocument], hues: dict[str, int]) -> Iterator[str]:
    names: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for document in documents:
        for tagged in document.sentences:
            names[tagged.topic.id] = tagged.topic.name
            counts[tagged.topic.id] += 1
    values = sum(len(tagged.measurements) for document in documents for tagged in document.sentences)
    heading = documents[0].source.name if len(documents) == 1 else f"{len(documents)} 份报告"
    yield f'<header class="page">\n<h1>{escape(heading)}</h1>\n'
    engines = "、".join(sorted({document.engine for document in documents}))
    yield (
        f'<p class="facts">{sum(counts.values())} 句 · {values} 个数值 · 引擎 {escape(engines)}'
        f" · 分类版本 {escape(documents[0].taxonomy_version if documents else '')}</p>\n"
    )
    yield (
        '<p class="legend"><mark class="METRIC">指标</mark><mark class="VALUE">数值</mark><mark class="UNIT">单位</mark>'
        '<mark class="VALUE masked">遮盖的数值</mark></p>\n<ul class="topics">\n'
    )
    for topic, count in counts.most_common():
        yield (
            f'<li><button type="button" class="chip" style="--hue:{hues[topic]}" value="{escape(topic)}" '
            f'aria-pressed="false">{escape(names[topic])} {count}</button></li>\n'
        )
    yield '</ul>\n<p class="tools"><label><input type="checkbox" id="raw"> 显示被去掉的内容（换行、空格、页面杂项）</label></p>\n</header>\n'


def _article(document: TaggedDocument, hues: dict[str, int], facts: list[list[str]]) -> Iterator[str]:
    source = document.source
    first = len(facts)
    yield f"<article>\n<h1>{escape(source.name)}</h1>\n" if source.name else "<article>\n"
    pieces: list[tuple[int, Heading | Removed | TaggedSentence]] = [
        (heading.start, heading) for heading in source.headings
    ]
    pieces += [(cut.start, cut) for cut in source.dropped]
    pieces += [(tagged.sentence.start, tagged) for tagged in document.sentences]
    pieces.sort(key=lambda piece: piece[0])
    paragraph: int | None = None
    for _, piece in pieces:
        here = piece.sentence.paragraph if isinstance(piece, TaggedSentence) else None
        if paragraph is not None and here != paragraph:
            yield "</div>\n"
        if here is not None and here != paragraph:
            yield '<div class="paragraph">\n'
        paragraph = here
        if isinstance(piece, Heading):
            role = f'<span class="role">{ROLE_NAMES[piece.role]}</span>' if piece.role else ""
            body = _marked(source.text, piece, [], {})
            yield f'<div class="heading level{min(piece.level, 6)}" role="heading" aria-level="{piece.level + 1}">{body}{role}</div>\n'
        elif isinstance(piece, TaggedSentence):
            yield _sentence(source.text, piece, hues, facts)
        else:
            reason = _REASONS.get(piece.reason, piece.reason)
            yield f'<div class="dropped" title="{escape(reason)}" hidden>{escape(source.text[piece.start : piece.end])}</div>\n'
    if paragraph is not None:
        yield "</div>\n"
    yield from _table(document, facts[first:])
    yield "</article>\n"


def _sentence(text: str, tagged: TaggedSentence, hues: dict[str, int], facts: list[list[str]]) -> str:
    sentence = tagged.sentence
    owners: dict[tuple[int, int], list[int]] = {}
    masked: set[tuple[int, int]] = set()
    for measurement in tagged.measurements:
        for entity in (measurement.metric, measurement.value, measurement.unit):
            if entity:
                owners.setdefault((entity.start, entity.end), []).append(len(facts))
        if measurement.quantity.masked:
            masked.add((measurement.value.start, measurement.value.end))
        facts.append(
            [
                measurement.metric.text if measurement.metric else "（未写明指标）",
                spell(measurement.quantity),
                measurement.quantity.unit_normalized or "",
                as_written(measurement),
            ]
        )
    body = _marked(text, sentence, tagged.entities, owners, masked)
    review = " review" if tagged.needs_review else ""
    note = "<br>待核" if tagged.needs_review else ""
    hue = hues[tagged.topic.id]
    path = escape(" > ".join(sentence.section))
    return (
        f'<div class="sentence{review}" data-topic="{escape(tagged.topic.id)}" style="--hue:{hue}"><div class="text" title="{path}">{body}</div>'
        f'<aside><span class="chip">{escape(tagged.topic.name)}</span> {ROLE_NAMES[sentence.role]}{note}</aside></div>\n'
    )


def _marked(
    text: str,
    stretch: Stretch,
    entities: list[Entity],
    owners: dict[tuple[int, int], list[int]],
    masked: set[tuple[int, int]] = frozenset(),  # type: ignore[assignment]
) -> str:
    """The original text of a stretch with entities and removed ranges marked up."""
    parts = []
    position = stretch.start
    for entity in entities:
        parts.append(_with_removed(text, position, entity.start, stretch.removed))
        inner = _with_removed(text, entity.start, entity.end, stretch.removed)
        links = " ".join(map(str, owners.get((entity.start, entity.end), [])))
        style = entity.label if entity.label in CORE else "added"
        style += " masked" if (entity.start, entity.end) in masked else ""
        name = "" if entity.label in CORE else f' title="{escape(entity.label)}"'
        parts.append(f'<mark class="{style}" data-m="{links}" tabindex="0"{name}>{inner}</mark>')
        position = entity.end
    parts.append(_with_removed(text, position, stretch.end, stretch.removed))
    return "".join(parts)


def _with_removed(text: str, start: int, end: int, removed: tuple[Removed, ...]) -> str:
    parts = []
    for cut in removed:
        if start <= cut.start and cut.end <= end:
            parts.append(escape(text[start : cut.start]))
            reason = escape(_REASONS.get(cut.reason, cut.reason))
            parts.append(f'<span class="removed" title="{reason}">{escape(text[cut.start : cut.end])}</span>')
            start = cut.end
    parts.append(escape(text[start:end]))
    return "".join(parts)


def _table(document: TaggedDocument, facts: list[list[str]]) -> Iterator[str]:
    if not facts:
        return
    yield f'<details><summary>全部 {len(facts)} 个数值</summary>\n<div class="scroll"><table>\n'
    yield "<thead><tr><th>主题</th><th>性质</th><th>指标</th><th>原文</th><th>数值</th><th>单位</th></tr></thead>\n<tbody>\n"
    rows = iter(facts)
    for tagged in document.sentences:
        for _ in tagged.measurements:
            metric, number, unit, written = (escape(value) for value in next(rows))
            yield (
                f'<tr data-topic="{escape(tagged.topic.id)}"><td>{escape(tagged.topic.name)}</td><td>{ROLE_NAMES[tagged.sentence.role]}</td>'
                f'<td>{metric}</td><td>{written}</td><td class="number">{number}</td><td>{unit}</td></tr>\n'
            )
    yield "</tbody></table></div></details>\n"


def _resource(name: str) -> str:
    return files("tagger.output").joinpath(name).read_text(encoding="utf-8")
