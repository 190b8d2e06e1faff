"""The published comparison as one self-contained page: bars, a heat map, who is taken for whom, reliability, the worst errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

from tagger.document import Span
from tagger.eval.protocol import Outcome
from tagger.eval.tagging import Scored, TaggingScores, found_triples, is_exact, score, triples_of
from tagger.taxonomy import Taxonomy

_TEMPLATE = Path(__file__).with_name("report.html")
_PARTS = {"seeds": "真实报告 seeds", "challenge": "难句集 challenge", "authored dev": "编写的报告 authored dev"}
_WORST = 40
_BINS = 10


def render(heading: str, outcomes: Sequence[Outcome], titles: Mapping[str, str], taxonomy: Taxonomy) -> str:
    """The page; the last engine is the one that is looked at closely."""
    last = outcomes[-1]
    body = [
        "<h1>tagger：评测 evaluation</h1>",
        f'<p class="note">{escape(heading)}</p>',
        "<p>F1 按完全一致的片段计算（seqeval 严格 IOB2）；triple：指标、数值、单位都一致且连对；values：找到的数值中读数全对的；exact：整句全对。"
        "<br>F1 of exact spans; triple: metric, value and unit exact and linked; values: of those found, read right in every field; exact: whole sentences.</p>",
        *_comparison(outcomes),
        *_heat(outcomes, titles),
        *_confusion(last, taxonomy),
        *_reliability(last),
        *_errors(last),
    ]
    return _TEMPLATE.read_text(encoding="utf-8").replace("@@BODY@@", "\n".join(body))


def _comparison(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield "<h2>比较 comparison</h2>"
    for part, name in _PARTS.items():
        scores = [(each.engine, score(each.pooled(part))) for each in outcomes if part in each.parts]
        if not scores:
            continue
        yield f"<h3>{name} · {scores[0][1].sentences} 句</h3><table>"
        for label in ("METRIC", "VALUE", "UNIT", "triple", "topic macro-F1", "values", "exact"):
            for number, (engine, its) in enumerate(scores):
                value = _value(its, label)
                if value is None:
                    continue
                width = f'<div class="bar e{number % 3}" style="width:{value:.1%}"></div>'
                first = f'<th rowspan="{len(scores)}">{label}</th>' if number == 0 else ""
                yield f'<tr>{first}<td>{escape(engine)}</td><td class="track">{width}</td><td class="n">{value:.3f}</td></tr>'
        yield "</table>"


def _value(scores: TaggingScores, label: str) -> float | None:
    if label in ("METRIC", "VALUE", "UNIT"):
        return scores.labels.get(label)
    if label == "values":
        return scores.values.right / scores.values.found if scores.values.found else None
    return {"triple": scores.triple.f1, "topic macro-F1": scores.topic_macro_f1, "exact": scores.exact}[label]


def _heat(outcomes: Sequence[Outcome], titles: Mapping[str, str]) -> Iterator[str]:
    """Triple F1 and topic accuracy per seed and phenomenon."""
    yield "<h2>按报告和难点 by report and phenomenon</h2><table><tr><th></th>"
    yield "".join(f"<th>{escape(each.engine)} triple</th><th>topic</th>" for each in outcomes) + "</tr>"
    for part in ("seeds", "challenge"):
        for file in outcomes[0].parts.get(part, {}):
            cells = ""
            for outcome in outcomes:
                if file in outcome.parts.get(part, {}):
                    scores = score(outcome.parts[part][file])
                    cells += _cell(scores.triple.f1) + _cell(scores.topic_accuracy)
                else:
                    cells += "<td></td><td></td>"
            yield f"<tr><th>{escape(titles[file])}</th>{cells}</tr>"
    yield "</table>"


def _cell(value: float | None) -> str:
    if value is None:
        return '<td class="n">—</td>'
    return f'<td class="n" style="background:hsl({120 * value:.0f} 55% 88%)">{value:.3f}</td>'


def _confusion(outcome: Outcome, taxonomy: Taxonomy) -> Iterator[str]:
    pairs = Counter(
        (each.gold.topic, each.prediction.topic)
        for part in ("seeds", "challenge")
        if part in outcome.parts
        for each in outcome.pooled(part)
    )
    ids = [entry.id for entry in taxonomy.topics]
    yield f"<h2>主题混淆 topics taken for each other（{escape(outcome.engine)}；行：标准，列：预测）</h2>"
    yield '<div class="scroll"><table class="matrix"><tr><th></th>'
    yield "".join(f'<th class="up">{escape(entry.name)}</th>' for entry in taxonomy.topics) + "</tr>"
    for entry in taxonomy.topics:
        total = sum(pairs[entry.id, other] for other in ids) or 1
        cells = ""
        for other in ids:
            count = pairs[entry.id, other]
            hue = 210 if other == entry.id else 20
            shade = f' style="background:hsl({hue} 70% {96 - 46 * count / total:.0f}%)"' if count else ""
            cells += f"<td{shade}>{count or ''}</td>"
        yield f"<tr><th>{escape(entry.name)}</th>{cells}</tr>"
    yield "</table></div>"


def _reliability(outcome: Outcome) -> Iterator[str]:
    """How often a topic of a given score is right; and what the sentences marked for review catch."""
    scored = [each for part in ("seeds", "challenge") if part in outcome.parts for each in outcome.pooled(part)]
    bins: list[list[Scored]] = [[] for _ in range(_BINS)]
    for each in scored:
        bins[min(_BINS - 1, int(each.prediction.topic_score * _BINS))].append(each)
    yield f"<h2>可信度 reliability of topic scores（{escape(outcome.engine)}）</h2>"
    yield '<svg width="360" height="330" role="img" aria-label="reliability"><g transform="translate(45,10)">'
    yield '<rect width="280" height="280" fill="#f7f9fa" stroke="#dde3e8"/><line x1="0" y1="280" x2="280" y2="0" stroke="#9aa5b1" stroke-dasharray="4 4"/>'
    gap = 0.0
    for its in bins:
        if not its:
            continue
        mean = sum(each.prediction.topic_score for each in its) / len(its)
        right = sum(each.prediction.topic == each.gold.topic for each in its) / len(its)
        gap += abs(mean - right) * len(its) / len(scored)
        size = 3 + 9 * (len(its) / len(scored)) ** 0.5
        yield (
            f'<circle cx="{280 * mean:.0f}" cy="{280 - 280 * right:.0f}" r="{size:.1f}" fill="#3b7dbd" opacity=".8">'
            f"<title>{len(its)} 句，得分 {mean:.2f}，正确 {right:.2f}</title></circle>"
        )
    yield '<text x="140" y="310" text-anchor="middle" font-size="12">得分 score</text>'
    yield '<text transform="translate(-30,140) rotate(-90)" text-anchor="middle" font-size="12">正确率 right</text></g></svg>'
    wrong = [each for each in scored if not is_exact(each)]
    flagged = [each for each in scored if each.prediction.needs_review]
    caught = sum(each.prediction.needs_review for each in wrong)
    yield f'<p class="note">校准误差 expected calibration error {gap:.3f}。'
    if flagged:
        yield (
            f"待核 marked for review: {len(flagged) / len(scored):.1%} 的句子，其中包含 {caught / max(1, len(wrong)):.1%} 的有错句子 "
            "of the sentences with an error.</p>"
        )
    else:
        yield "没有一句标为待核 none is marked for review.</p>"


def _errors(outcome: Outcome) -> Iterator[str]:
    yield f"<h2>错得最多的句子 the worst errors（{escape(outcome.engine)}）</h2>"
    found = [
        (_faults(each), part, file, each)
        for part in ("seeds", "challenge")
        for file, scored in outcome.parts.get(part, {}).items()
        for each in scored
        if not is_exact(each)
    ]
    found.sort(key=lambda item: -item[0])
    for _, part, file, each in found[:_WORST]:
        topic = each.gold.topic
        if each.prediction.topic != topic:
            topic += f" → {each.prediction.topic}"
        yield f'<div class="error"><div class="where">{part}/{escape(file)}:{each.gold.number} · {escape(topic)}</div>'
        yield f'<div><span class="tag">标准 gold</span>{_marked(each.gold.text, each.gold.spans)}</div>'
        yield f'<div><span class="tag">预测 found</span>{_marked(each.gold.text, each.prediction.spans)}</div></div>'


def _faults(each: Scored) -> int:
    wrong = {span[:3] for span in each.gold.spans} ^ {span[:3] for span in each.prediction.spans}
    return (
        len(wrong) + len(triples_of(each.gold) ^ found_triples(each)) + 3 * (each.gold.topic != each.prediction.topic)
    )


def _marked(text: str, spans: Iterable[Span]) -> str:
    html = ""
    end = 0
    for span in spans:
        html += (
            f'{escape(text[end : span.start])}<mark class="{span.label}">{escape(text[span.start : span.end])}</mark>'
        )
        end = span.end
    return html + escape(text[end:])
