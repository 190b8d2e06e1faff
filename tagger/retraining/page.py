"""The comparison as one self-contained page: scores before and after, the flow of sentences, examples that changed."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

import tagger.eval
from tagger.retraining.comparison import TAGGING, Compared, Comparison, TopicScores, value
from tagger.retraining.flow import draw

_TEMPLATE = Path(tagger.eval.__file__).with_name("report.html")
_SHOWN = 60
_KINDS = {
    "kept": "",
    "merged": "合并 merged",
    "split": "拆分前的整体 the whole that is split",
    "part": "拆分所得 part of a split",
    "added": "新增 added",
}


def render(comparison: Comparison, max_drop: float) -> str:
    """The page; `max_drop` is what kept topics may lose, in points."""
    old, new = comparison.old, comparison.new
    passed = max(comparison.drop, comparison.label_drop) <= max_drop
    before, after = comparison.kept
    verdict = "通过 passed" if passed else "未通过 failed"
    body = [
        "<h1>tagger：换用新的主题体系 change of the taxonomy</h1>",
        f'<p class="note">{escape(old.version)} → {escape(new.version)}，同一批留出的句子 the same held-out sentences：{len(comparison.sentences)} 句</p>',
        f"<p>保留的主题 kept topics: macro-F1 {before:.3f} → {after:.3f}（{100 * (after - before):+.1f} 点 points；"
        f"最多允许下降 may lose at most {max_drop:g}）：<b>{verdict}</b></p>",
        *_topics(comparison),
        *_tagging(comparison),
        "<h2>句子的去向 where sentences went</h2>",
        '<p class="note">左：原模型的主题，右：新模型的主题，数字为句数。浅色为迁移规定的去向，橙色为改判。'
        " Left the old model's topics, right the new one's; pale: as the migration takes them; orange: moved.</p>",
        draw(comparison),
        *_examples(comparison),
    ]
    return _TEMPLATE.read_text(encoding="utf-8").replace("@@BODY@@", "\n".join(body))


def _topics(comparison: Comparison) -> Iterator[str]:
    names = {entry.id: entry.name for entry in comparison.new.topics}
    yield "<h2>各主题的 F1 per topic</h2>"
    yield '<p class="note">新增主题的句子只计入该主题。 Sentences of added topics count for these alone.</p>'
    yield "<table><tr><th>主题 topic</th><th></th><th>句 sentences</th><th>前 before</th><th>后 after</th><th>点 points</th><th></th></tr>"
    for row in comparison.topics:
        yield _row(row, " + ".join(names[topic] for topic in row.topics))
    yield "</table>"


def _row(row: TopicScores, name: str) -> str:
    bars = "".join(
        f'<div class="bar e{number}" style="width:{score:.1%}"></div>'
        for number, score in enumerate((row.before, row.after))
        if score is not None
    )
    before, points = (
        ("—", "—") if row.before is None else (f"{row.before:.3f}", f"{100 * (row.after - row.before):+.1f}")
    )
    cells = "".join(f'<td class="n">{each}</td>' for each in (row.sentences, before, f"{row.after:.3f}", points))
    return f'<tr><td>{escape(name)}</td><th>{_KINDS[row.kind]}</th>{cells}<td class="track">{bars}</td></tr>'


def _tagging(comparison: Comparison) -> Iterator[str]:
    yield "<h2>标注 tagging</h2><table><tr><th></th><th>前 before</th><th>后 after</th><th>点 points</th></tr>"
    for name in TAGGING:
        before, after = (value(each, name) for each in comparison.tagging)
        cells = "".join(
            f'<td class="n">{each}</td>' for each in (f"{before:.3f}", f"{after:.3f}", f"{100 * (after - before):+.1f}")
        )
        yield f"<tr><th>{name}</th>{cells}</tr>"
    for label in comparison.labels:
        name = label.label if label.before is not None else f"{label.label}（新增 added）"
        shown = ["—" if each is None else f"{each:.3f}" for each in (label.before, label.after)]
        points = "—" if label.before is None or label.after is None else f"{100 * (label.after - label.before):+.1f}"
        cells = "".join(f'<td class="n">{each}</td>' for each in (*shown, points))
        yield f"<tr><th>{escape(name)}，{label.sentences} 句</th>{cells}</tr>"
    yield "</table>"


def _examples(comparison: Comparison) -> Iterator[str]:
    moved = comparison.moved
    yield f"<h2>改判的句子 sentences that moved（{len(moved)}）</h2>"
    yield from (_example(each, comparison) for each in moved[:_SHOWN])


def _example(each: Compared, comparison: Comparison) -> str:
    before, after = comparison.old.name(each.before.topic), comparison.new.name(each.after.topic)
    gold = comparison.new.name(each.topic) if each.topic is not None else "—"
    verdict = "" if each.topic is None else "对 right" if each.topic == each.after.topic else "错 wrong"
    return (
        f'<div class="error"><div class="where">{escape(each.file)}:{each.gold.number} · {escape(before)} → {escape(after)}'
        f"（{each.after.topic_score:.2f}）· 标准 gold {escape(gold)} · {verdict}</div><div>{escape(each.gold.text)}</div></div>"
    )
