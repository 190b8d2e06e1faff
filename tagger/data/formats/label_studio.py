"""Label Studio's JSON: a list of tasks, each with its annotation: labels on the text, relations, the topic as a choice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tagger.data.formats import tasks
from tagger.data.gold import GoldFile, GoldSentence
from tagger.data.markup import read_text
from tagger.errors import TaggerError

LOST = (
    "the numbers of links (they are numbered anew, in the order of the VALUEs)",
    "readings of values and lists of chrome, which stay in files of their own",
)
_SEEN = "seen"  # the choice that names the added labels a sentence is looked at for


def write(files: list[GoldFile], out: Path) -> None:
    """Write all files as one list of tasks."""
    items: list[dict[str, Any]] = []
    for file in files:
        for position, line in enumerate(file.lines):
            item: dict[str, Any] = {
                "id": len(items) + 1,
                "data": {"text": line.text} | tasks.fields(file, position, line),
            }
            item["annotations"] = [{"result": _result(line)}] if isinstance(line, GoldSentence) else []
            items.append(item)
    out.write_text(json.dumps(items, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _result(sentence: GoldSentence) -> list[dict[str, Any]]:
    shared = {"to_name": "text"}
    result: list[dict[str, Any]] = [
        {"from_name": "topic", **shared, "type": "choices", "value": {"choices": [sentence.topic]}}
    ]
    if sentence.seen:
        value = {"choices": list(sentence.seen)}
        result.append({"from_name": _SEEN, **shared, "type": "choices", "value": value})
    for number, entity in enumerate(sentence.entities):
        span = {"start": entity.start, "end": entity.end, "text": sentence.text[entity.start : entity.end]}
        marked = {**span, "labels": [entity.label]}
        result.append({"id": f"e{number}", "from_name": "label", **shared, "type": "labels", "value": marked})
    for start, end, name in tasks.relations(sentence):
        result.append(
            {"type": "relation", "from_id": f"e{start}", "to_id": f"e{end}", "direction": "right", "labels": [name]}
        )
    return result


def read(path: Path) -> list[GoldFile]:
    """Read what Label Studio exports as JSON; a task has one annotation. Raises TaggerError naming the task."""
    content = tasks.load_json(read_text(path), path)
    if not isinstance(content, list):
        raise TaggerError(f"{path}: is no list of tasks; export it as JSON, not JSON-MIN")
    items = []
    for number, task in enumerate(content, 1):
        try:
            if any(each.get("was_cancelled") for each in task["annotations"]) or len(task["annotations"]) > 1:
                raise ValueError("has a cancelled annotation, or several; leave the one that counts")
            result = task["annotations"][0]["result"] if task["annotations"] else []
            marks = [each for each in result if each["type"] == "labels"]
            ids = {each["id"]: place for place, each in enumerate(marks)}
            spans = [(each["value"]["labels"][0], each["value"]["start"], each["value"]["end"]) for each in marks]
            arrows = [each for each in result if each["type"] == "relation"]
            choices = [each for each in result if each["type"] == "choices"]
            chosen = [each["value"]["choices"] for each in choices if each.get("from_name") == _SEEN]
            topics = [each["value"]["choices"] for each in choices if each.get("from_name") != _SEEN]
            seen = tasks.read_seen([label for its in chosen for label in its])
            _check_task(task["data"]["text"], result[len(chosen) :], marks, arrows, topics)
            pairs = [(ids[each["from_id"]], ids[each["to_id"]]) for each in arrows]
            text = task["data"]["text"]
            for each in arrows:
                tasks.check_relation(each["labels"][0], spans[ids[each["to_id"]]][0])
            entities = tasks.build_entities(spans, pairs, text, seen)
            items.append(tasks.Item(task["data"], text, topics[0][0] if topics else None, entities, seen))
        except (KeyError, IndexError, TypeError, ValueError) as error:
            reason = f"lacks {error}" if isinstance(error, (KeyError, IndexError)) else str(error)
            raise TaggerError(f"{path}: task {number}: {reason}: {_text(task)}") from None
    return tasks.assemble(items, path)


def _check_task(
    text: str,
    result: list[dict[str, Any]],
    marks: list[dict[str, Any]],
    arrows: list[dict[str, Any]],
    topics: list[list[str]],
) -> None:
    """Raise ValueError where a task says more than a gold line can hold."""
    if len(marks) + len(arrows) + len(topics) != len(result):
        raise ValueError("has something beside labels, relations and a topic")
    if len(topics) > 1 or any(len(each) != 1 for each in topics):
        raise ValueError("has not just one topic")
    for each in marks:
        value = each["value"]
        if len(value["labels"]) != 1:
            raise ValueError("has a stretch with not just one label")
        if value.get("text", text[value["start"] : value["end"]]) != text[value["start"] : value["end"]]:
            raise ValueError(f"says {value['text']!r} where the text has {text[value['start'] : value['end']]!r}")
    if any(each.get("direction", "right") != "right" or len(each["labels"]) != 1 for each in arrows):
        raise ValueError("has a relation that does not go right, from the VALUE, with one label")


def _text(task: Any) -> str:
    return str(task["data"].get("text")) if isinstance(task, dict) and isinstance(task.get("data"), dict) else str(task)
