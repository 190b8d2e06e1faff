"""A topic is split in two with a few labelled sentences of each: python eval/taxonomy_change/split.py

A model is trained with maternal_child and population_family as one topic, once; then they are told apart by 16 sentences of each, drawn
five times. Measurements are kept in split.jsonl and not made again; the table goes to split.md. Figures are of files that no model
here has seen. --smoke tries everything on next to nothing, in runs/ alone.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from statistics import mean

import material
import torch
from bases import Material, described, f1, features, macro, train, training_seconds
from material import RECORDS, as_file, draw, parts, relabelled, stamp, write_taxonomy
from records import Records

from tagger.data.gold import GoldSentence
from tagger.model.checkpoint import load_network
from tagger.retraining.relation import Relation
from tagger.taxonomy import load_taxonomy

WHOLE, PARTS = "family_health", ("maternal_child", "population_family")
COUNT, DRAWS = 16, 5
HEAD, FEW, SCRATCH = "head fitted (tagger retrain)", "head fitted, the labelled few alone", "from scratch"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--no-scratch", action="store_true", help="leave the training from scratch out")
    parser.add_argument("--smoke", action="store_true")
    arguments = parser.parse_args()
    folder = material.RUNS if arguments.smoke else RECORDS
    folder.mkdir(parents=True, exist_ok=True)
    records = Records(folder / "split.jsonl", ("method", "draw"))
    measure(records, arguments.smoke, not arguments.no_scratch)
    document = "\n".join(table(records)) + "\n"
    (folder / "split.md").write_text(document, encoding="utf-8")
    print(document)


def measure(records: Records, smoke: bool, scratch: bool) -> None:
    """All measurements that are not recorded yet."""
    suffix, fraction = ("-smoke", 0.02) if smoke else ("", 1.0)
    files = parts()

    def whole(line: GoldSentence) -> str:
        return WHOLE if line.topic in PARTS else line.topic

    taxonomy = write_taxonomy(material.RUNS / "whole.yaml", "2026.0", _joined)
    joined = [relabelled(each, whole) for each in files]
    folder = train(f"whole{suffix}", taxonomy, joined[0], joined[1], fraction)
    sentences = {
        part: [line for file in its for line in file.sentences][:: 12 if smoke else 1]
        for part, its in zip(("train", "dev", "held-out"), files, strict=True)
    }
    known = {part: features(folder, part, its) for part, its in sentences.items()}
    old, new = ([entry.id for entry in load_taxonomy(each).topics] for each in (taxonomy, None))
    origins = {topic: (WHOLE,) if topic in PARTS else (topic,) for topic in new}
    relation = Relation.of(old, new, origins)
    _, network = load_network(folder)
    before = [old[place] for place in known["held-out"].predict(network.topic)]
    gold = [each.topic for each in sentences["held-out"]]
    words = described(folder, "parts", relation, load_taxonomy())
    candidates = {
        topic: [number for number, each in enumerate(sentences["train"]) if each.topic == topic] for topic in PARTS
    }

    def record(method: str, number: int, seconds: float, after: list[str]) -> None:
        kept = [place for place, topic in enumerate(gold) if topic not in PARTS]
        right, was, now = ([its[place] for place in kept] for its in (gold, before, after))
        together = [WHOLE if topic in PARTS else topic for topic in gold]
        scores = {topic: round(f1(gold, after, topic), 4) for topic in PARTS} | {
            "whole before": round(f1(together, before, WHOLE), 4),
            "whole after": round(f1(together, [WHOLE if each in PARTS else each for each in after], WHOLE), 4),
            "kept before": round(macro(right, was, relation.kept), 4),
            "kept after": round(macro(right, now, relation.kept), 4),
        }
        records.add({"method": method, "draw": number, "seconds": round(seconds, 1), **scores})
        print(method, number, f"{seconds:.0f} s", scores, file=sys.stderr, flush=True)

    for number in range(1 if smoke else DRAWS):
        chosen = [each for topic in PARTS for each in draw(candidates[topic], COUNT, number)]
        for method in (HEAD, FEW):
            if records.has(method=method, draw=number):
                continue
            used = [
                place
                for place, each in enumerate(sentences["train"])
                if method == HEAD or each.topic not in PARTS or place in chosen
            ]
            labels = [
                (sentences["train"][place].topic,)
                if place in chosen
                else relation.labels(whole(sentences["train"][place]))
                for place in used
            ]
            rows, owners = known["train"].of(used)
            allowed = torch.tensor([[topic in its for topic in new] for its in labels])[owners]
            start = time.monotonic()
            head = Material.of(network, old, relation, rows, allowed, words).fit(number)
            record(method, number, time.monotonic() - start, [new[place] for place in known["held-out"].predict(head)])
        if scratch and number == 0 and not records.has(method=SCRATCH, draw=number):
            shown = as_file([sentences["train"][each] for each in chosen])
            rest = relabelled(files[0], lambda line: None if line.topic in PARTS else line.topic)
            few = relabelled(files[1], lambda line: line.topic)
            anew = train(
                f"scratch-split{suffix}", material.ROOT / "data" / "taxonomy.yaml", [*rest, shown], few, fraction
            )
            _, own = load_network(anew)
            found = features(anew, "held-out", sentences["held-out"]).predict(own.topic)
            record(SCRATCH, number, training_seconds(anew), [new[place] for place in found])


def _joined(topics: list[dict[str, object]]) -> list[dict[str, object]]:
    """The list of topics with the two as one."""
    return [
        {"id": WHOLE, "name": "妇幼与家庭健康"} if each["id"] == PARTS[0] else each
        for each in topics
        if each["id"] != PARTS[1]
    ]


def table(records: Records) -> Iterator[str]:
    """The document."""
    yield "# A topic split in two with 16 sentences of each part"
    yield ""
    yield f"{stamp(*parts())}, random seeds 0 to {DRAWS - 1}, {records.days}"
    yield ""
    yield (
        "`python eval/taxonomy_change/split.py`. A model is trained with maternal_child and population_family as one topic; then 16 labelled "
        "sentences of each tell them apart, drawn five times (from scratch: once). In the first row the other sentences of the old topic are "
        "replayed as being of one of the two, in the second left out. F1 on authored files that no model here has seen, mean and in brackets the "
        "worst draw; Δ kept is what macro-F1 over the other topics gains on their own sentences, in points. Seconds are without the training before."
    )
    yield ""
    yield f"| method | {PARTS[0]} | {PARTS[1]} | the two as one, before → after | Δ kept | seconds |"
    yield "|---" * 6 + "|"
    for method in (HEAD, FEW, SCRATCH):
        its = list(records.where(method=method))
        if not its:
            continue
        cells = [f"{mean(each[topic] for each in its):.3f} ({min(each[topic] for each in its):.3f})" for topic in PARTS]
        gains = [100 * (each["kept after"] - each["kept before"]) for each in its]
        both = " → ".join(f"{mean(each[name] for each in its):.3f}" for name in ("whole before", "whole after"))
        seconds = mean(each["seconds"] for each in its)
        yield f"| {method} | {' | '.join(cells)} | {both} | {mean(gains):+.1f} ({min(gains):+.1f}) | {seconds:.0f} |"


if __name__ == "__main__":
    main()
