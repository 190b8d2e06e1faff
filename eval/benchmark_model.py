"""Times the released model: python eval/benchmark_model.py [MODEL]

Cold `tagger predict` on seed 003; sentences a second, warm, on the seeds; the same sentences through a transformers
token-classification pipeline with the same weights and as many threads, in the same run. Prints Markdown tables.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from cold import time_cold

from tagger.document import Sentence
from tagger.engines import load_engine
from tagger.reading import read

ROOT = Path(__file__).parent.parent
SEEDS = sorted((ROOT / "seeds").glob("*.txt"))
WARM_RUNS = 5
PIPELINE_BATCH = 32


def main() -> None:
    model = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "model"
    cores = os.cpu_count() or 1
    print(f"Python {platform.python_version()}, {cores} cores, {date.today().isoformat()}\n")
    print(f"{time_cold(SEEDS[3], '--model', str(model))}\n")
    sentences = [each for path in SEEDS for each in read(path.read_text(encoding="utf-8"), path.name).sentences]
    engine = load_engine("model", model)
    ours = throughput(len(sentences), lambda: engine.tag(sentences))
    bare = [Sentence(each.text, 0, len(each.text)) for each in sentences]
    alone = throughput(len(sentences), lambda: engine.tag(bare))
    theirs = throughput(len(sentences), pipeline_runner(model, sentences, cores))
    print(
        f"| {len(sentences)} sentences of the five seeds, {cores} threads, best of {WARM_RUNS} | sentences a second |"
    )
    print("|---|---|")
    print(f"| tagger: tags and topics, 8-bit ONNX, with section paths | {ours:.0f} |")
    print(f"| tagger: the same without section paths, as the pipeline has it | {alone:.0f} |")
    print(f"| transformers pipeline: tags alone, same weights, float32, batches of {PIPELINE_BATCH} | {theirs:.0f} |")
    print(f"| ratio of the last two | {alone / theirs:.1f} |")


def throughput(sentences: int, run: Callable[[], object]) -> float:
    """Sentences a second in the best of a few runs, after one that does not count."""
    run()
    times = []
    for _ in range(WARM_RUNS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return sentences / min(times)


def pipeline_runner(model: Path, sentences: list[Sentence], threads: int) -> Callable[[], object]:
    """The same texts through `transformers.pipeline`, sorted by length as ours are, so that padding costs it no more."""
    import torch
    from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline

    torch.set_num_threads(threads)
    network = AutoModelForTokenClassification.from_pretrained(model, dtype=torch.float32)
    run = pipeline("token-classification", model=network, tokenizer=AutoTokenizer.from_pretrained(model))
    texts = sorted((each.text for each in sentences), key=len)
    return lambda: run(texts, batch_size=PIPELINE_BATCH)


if __name__ == "__main__":
    main()
