"""doccano's JSONL of a sequence-labelling project with relations: text, entities, relations, and fields it keeps beside."""

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


def write(files: list[GoldFile], out: Path) -> None:
    """Write all files into one JSONL file."""
    lines: list[str] = []
    entity_id = relation_id = 0
    for file in files:
        for position, line in enumerate(file.lines):
            item: dict[str, Any] = {"id": len(lines) + 1, "text": line.text, "entities": [], "relations": []}
            item |= tasks.fields(file, position, line)
            if isinstance(line, GoldSentence):
                item["topic"] = line.topic
                for entity in line.entities:
                    span = {"label": entity.label, "start_offset": entity.start, "end_offset": entity.end}
                    item["entities"].append({"id": entity_id + len(item["entities"]), **span})
                for value, other, name in tasks.relations(line):
                    ends = {"from_id": entity_id + value, "to_id": entity_id + other}
                    item["relations"].append({"id": relation_id, **ends, "type": name})
                    relation_id += 1
                entity_id += len(line.entities)
            lines.append(json.dumps(item, ensure_ascii=False) + "\n")
    out.write_text("".join(lines), encoding="utf-8")


def read(path: Path) -> list[GoldFile]:
    """Read what doccano exports. Raises TaggerError naming file and line."""
    items = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        record = tasks.load_json(line, path, number)
        try:
            ids = {each["id"]: place for place, each in enumerate(record["entities"])}
            spans = [(each["label"], each["start_offset"], each["end_offset"]) for each in record["entities"]]
            pairs = [(ids[each["from_id"]], ids[each["to_id"]]) for each in record["relations"]]
            for each in record["relations"]:
                tasks.check_relation(each["type"], spans[ids[each["to_id"]]][0])
            seen = tasks.read_seen(record.get("seen", []))
            entities = tasks.build_entities(spans, pairs, record["text"], seen)
            items.append(tasks.Item(record, record["text"], record.get("topic"), entities, seen))
        except (KeyError, TypeError, ValueError) as error:
            reason = f"lacks {error}" if isinstance(error, KeyError) else str(error)
            raise TaggerError(f"{path}:{number}: {reason}: {line}") from None
    return tasks.assemble(items, path)
