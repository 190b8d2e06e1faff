"""A topic that a model has never seen is added with a few labelled sentences: python eval/taxonomy_change/few_shot.py

For each topic a model is trained without its sentences, once; then the topic is added by 4 to 64 of them, drawn five times. Every
measurement is kept in few_shot.jsonl and not made again; the table goes to few_shot.md. Figures are of files that no model here has
seen. --smoke tries everything on next to nothing, in runs/ alone.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from statistics import mean
from typing import Any

import material
import torch
from bases import Material, described, f1, features, macro, train, training_seconds
from material import RECORDS, as_file, draw, parts, relabelled, stamp, write_taxonomy
from records import Records
from tuning import tuned

from tagger.data.gold import GoldSentence
from tagger.model.checkpoint import load_network
from tagger.model.lexicon import Lexicon
from tagger.retraining.lexicon import fit_lexicon
from tagger.retraining.relation import Relation
from tagger.taxonomy import Taxonomy, load_taxonomy
from tagger.training.loop import Example, examples

TOPICS = ("aging_care", "supervision", "workforce")
COUNTS = (4, 8, 16, 32, 64)
MAIN = 16
DRAWS = 5
BOTH, HEAD, ROW = "head and words fitted (tagger retrain)", "head alone fitted", "class mean alone"
BARE = "the same, the topic without keywords"
WHOLE, SCRATCH = "all weights tuned", "from scratch"
METHODS = (BOTH, BARE, HEAD, ROW, WHOLE, SCRATCH)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="only topics whose id holds this text")
    parser.add_argument("--no-scratch", action="store_true", help="leave the trainings from scratch out")
    parser.add_argument("--smoke", action="store_true")
    arguments = parser.parse_args()
    folder = material.RUNS if arguments.smoke else RECORDS
    folder.mkdir(parents=True, exist_ok=True)
    records = Records(folder / "few_shot.jsonl", ("topic", "method", "count", "draw"))
    fraction, counts, draws = (0.02, (4, MAIN), 1) if arguments.smoke else (1.0, COUNTS, DRAWS)
    for topic in TOPICS:
        if arguments.only in topic:
            measure(topic, records, fraction, counts, draws, not arguments.no_scratch)
    document = "\n".join(table(records)) + "\n"
    (folder / "few_shot.md").write_text(document, encoding="utf-8")
    print(document)


def measure(topic: str, records: Records, fraction: float, counts: Sequence[int], draws: int, scratch: bool) -> None:
    """All measurements of one topic that are not recorded yet."""
    files = parts()
    kept = [relabelled(each, lambda line: None if line.topic == topic else line.topic) for each in files]
    taxonomy = write_taxonomy(
        material.RUNS / f"without-{topic}.yaml", "2026.0", lambda its: [each for each in its if each["id"] != topic]
    )
    name = f"without-{topic}" + ("-smoke" if fraction < 1 else "")
    folder = train(name, taxonomy, kept[0], kept[1], fraction)
    sentences = {
        part: [line for file in its for line in file.sentences][:: 12 if fraction < 1 else 1]
        for part, its in zip(("train", "dev", "held-out"), files, strict=True)
    }
    known = {part: features(folder, part, its) for part, its in sentences.items()}
    old = [entry.id for entry in load_taxonomy(taxonomy).topics]
    relation = Relation.of(old, [entry.id for entry in load_taxonomy().topics])
    _, network = load_network(folder)
    before = {part: [old[place] for place in known[part].predict(network.topic)] for part in ("dev", "held-out")}
    whole = load_taxonomy()
    bare = load_taxonomy(write_taxonomy(material.RUNS / f"bare-{topic}.yaml", "2026.1", lambda its: _bare(its, topic)))
    words = {
        BOTH: described(folder, topic, relation, whole),
        BARE: described(folder, f"{topic}-bare", relation, bare),
    }
    candidates = [number for number, each in enumerate(sentences["train"]) if each.topic == topic]
    others = [number for number, each in enumerate(sentences["train"]) if each.topic != topic]

    def record(method: str, count: int, number: int, seconds: float, after: dict[str, list[str]]) -> None:
        scores = {
            part: _scores(sentences[part], before[part], after[part], topic, relation) for part in ("dev", "held-out")
        }
        records.add(
            {"topic": topic, "method": method, "count": count, "draw": number, "seconds": round(seconds, 1), **scores}
        )
        print(topic, method, count, number, f"{seconds:.0f} s", scores["held-out"], file=sys.stderr, flush=True)

    others_of_dev = [number for number, each in enumerate(sentences["dev"]) if each.topic != topic]
    unseen = (
        examples([sentences["dev"][each] for each in others_of_dev], relation.new),
        known["dev"].of(others_of_dev)[0],
    )
    asked = {part: examples(sentences[part], relation.new) for part in ("dev", "held-out")}

    def said(head: torch.nn.Sequential, lexicon: Lexicon | None = None) -> dict[str, list[str]]:
        return {
            part: [relation.new[place] for place in known[part].predict(head, lexicon, asked[part])] for part in asked
        }

    def lexicon_of(
        its: Material,
        head: torch.nn.Sequential,
        windows: list[Example],
        described_by: list[Example],
        taxonomy: Taxonomy,
        number: int,
    ) -> Lexicon | None:
        return fit_lexicon(
            {relation.new.index(topic): 1 / len(old)},
            [*windows, *described_by],
            its.rows,
            its.allowed,
            its.described,
            head,
            lambda mask: its.fit(number, torch.from_numpy(mask)),
            taxonomy,
            unseen,
        )

    for count in sorted(counts, key=lambda each: each != MAIN):  # what counts most comes first
        for number in range(draws):
            chosen = draw(candidates, count, number)
            rows, owners = known["train"].of([*others, *chosen])
            labels = [relation.new.index(sentences["train"][each].topic) for each in [*others, *chosen]]
            allowed = torch.nn.functional.one_hot(torch.tensor(labels)[owners], len(relation.new)).bool()
            drawn = Material.of(network, old, relation, rows, allowed, words[BOTH])
            used = examples([sentences["train"][each] for each in [*others, *chosen]], relation.new)
            start = time.monotonic()
            if not records.has(topic=topic, method=ROW, count=count, draw=number):
                head = drawn.grown()
                record(ROW, count, number, time.monotonic() - start, said(head))
            if not records.has(topic=topic, method=BOTH, count=count, draw=number):
                start = time.monotonic()
                head = drawn.fit(number)
                record(HEAD, count, number, time.monotonic() - start, said(head))
                lexicon = lexicon_of(drawn, head, used, words[BOTH].windows, whole, number)
                record(BOTH, count, number, time.monotonic() - start, said(head, lexicon))
            if count == MAIN and not records.has(topic=topic, method=BARE, count=count, draw=number):
                start = time.monotonic()
                poor = Material.of(network, old, relation, rows, allowed, words[BARE])
                head = poor.fit(number)
                lexicon = lexicon_of(poor, head, used, words[BARE].windows, bare, number)
                record(BARE, count, number, time.monotonic() - start, said(head, lexicon))
            if count != MAIN or number:
                continue
            shown = [sentences["train"][each] for each in chosen]
            if not records.has(topic=topic, method=WHOLE, count=count, draw=number):
                head = drawn.fit(number)
                start = time.monotonic()
                replay = [sentences["train"][each] for each in others]
                new = tuned(folder, head, relation, replay, shown, number)
                seconds = time.monotonic() - start
                record(WHOLE, count, number, seconds, new.topics(sentences))
            if scratch and not records.has(topic=topic, method=SCRATCH, count=count, draw=number):
                record(SCRATCH, count, number, *_from_scratch(topic, kept, shown, sentences, fraction))


def _bare(topics: list[dict[str, Any]], topic: str) -> list[dict[str, Any]]:
    """The list of topics, one of them without keywords."""
    return [{**each, "keywords": {}} if each["id"] == topic else each for each in topics]


def _from_scratch(
    topic: str, kept: Sequence[Any], shown: Sequence[GoldSentence], sentences: dict[str, Any], fraction: float
) -> tuple[float, dict[str, list[str]]]:
    """A model trained anew with the few sentences among the others; the seconds are those of its whole training."""
    files = [*kept[0], as_file(shown)]
    taxonomy = write_taxonomy(material.RUNS / "all.yaml", "2026.1", lambda its: its)
    name = f"scratch-{topic}" + ("-smoke" if fraction < 1 else "")
    folder = train(name, taxonomy, files, kept[1], fraction)
    _, network = load_network(folder)
    topics = [entry.id for entry in load_taxonomy(taxonomy).topics]
    return training_seconds(folder), {
        part: [topics[place] for place in features(folder, part, sentences[part]).predict(network.topic)]
        for part in ("dev", "held-out")
    }


def _scores(
    sentences: Sequence[GoldSentence], before: list[str], after: list[str], topic: str, relation: Relation
) -> dict[str, float]:
    """F1 of the new topic on all sentences; macro-F1 over the kept ones before and after, on theirs."""
    gold = [each.topic for each in sentences]
    theirs = [place for place, each in enumerate(gold) if each != topic]
    old, new, right = ([its[place] for place in theirs] for its in (before, after, gold))
    return {
        "new": round(f1(gold, after, topic), 4),
        "kept before": round(macro(right, old, relation.kept), 4),
        "kept after": round(macro(right, new, relation.kept), 4),
    }


def table(records: Records) -> Iterator[str]:
    """The document."""
    yield "# A topic added with a few sentences"
    yield ""
    yield f"{stamp(*parts())}, random seeds 0 to {DRAWS - 1}, {records.days}"
    yield ""
    yield (
        "`python eval/taxonomy_change/few_shot.py`. A model is trained without one topic, its sentences left out; then the topic is added with "
        "as many labelled sentences as the column says, drawn five times (all weights tuned, and from scratch: once). F1 of the new topic on authored files that no "
        "model here has seen, mean and in brackets the worst draw; Δ kept is what macro-F1 over the other topics gains on their own sentences, in "
        "points, mean and worst. Seconds are without the training before, and, except from scratch, without running the encoder once over the old data; they were taken beside other work on the two cores. "
        "The taxonomy's keywords, which have a say in the first row, were written with the authored text at hand, held-out files among it: "
        "the second row does without those of the new topic. The topic is taken to be as frequent as the others are on average, as `tagger retrain` does for "
        "one that `--examples` shows. Three weights are fitted on dev sentences of other topics; held-out files have no part in anything."
    )
    yield ""
    counts = sorted({each["count"] for each in records.all})
    for method in METHODS:
        its = [count for count in counts if any(records.where(method=method, count=count))]
        if not its:
            continue
        yield f"| {method} | {' | '.join(f'F1 at {count}' for count in its)} | Δ kept at {MAIN} | seconds at {MAIN} |"
        yield "|---" * (len(its) + 3) + "|"
        for topic in TOPICS:
            cells = []
            for count in its:
                found = [each["held-out"]["new"] for each in records.where(topic=topic, method=method, count=count)]
                cells.append(f"{mean(found):.3f} ({min(found):.3f})" if found else "—")
            main_draws = list(records.where(topic=topic, method=method, count=MAIN))
            if not main_draws:
                continue
            gains = [100 * (each["held-out"]["kept after"] - each["held-out"]["kept before"]) for each in main_draws]
            seconds = mean(each["seconds"] for each in main_draws)
            yield f"| {topic} | {' | '.join(cells)} | {mean(gains):+.1f} ({min(gains):+.1f}) | {seconds:.0f} |"
        yield ""


if __name__ == "__main__":
    main()
