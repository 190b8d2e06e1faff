"""Train the variants of ablations.toml, each with every random seed, and write what they score on authored dev into ablations.md.

    python eval/ablations.py [--workers N] [--only TEXT]

What ablations.jsonl holds already, of the same data and encoder, is not trained again. Run it from the repository's root.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import mean
from typing import Any

import tomllib

ROOT = Path(__file__).resolve().parent.parent
BASE = ROOT / "training" / "ablation.toml"
VARIANTS, RECORDS, TABLE = (ROOT / "eval" / f"ablations.{suffix}" for suffix in ("toml", "jsonl", "md"))
RUNS = ROOT / "runs" / "ablations"
SCORES = ("METRIC", "triple", "topic_macro_f1", "VALUE", "UNIT", "exact")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, default=1, help="trainings at a time, each with its share of the cores")
    parser.add_argument("--only", default="", help="train only variants whose name holds this text")
    arguments = parser.parse_args()
    plan = tomllib.loads(VARIANTS.read_text(encoding="utf-8"))
    done = {(each["variant"], each["recipe"]["random_seed"]) for each in records()}
    waiting = [
        (name, changes, seed)
        for seed in plan["random_seeds"]
        for name, changes in plan["variants"].items()
        if (name, seed) not in done and arguments.only in name
    ]
    threads = max(1, (os.cpu_count() or 1) // arguments.workers)
    with ThreadPoolExecutor(arguments.workers) as pool:
        for record in pool.map(lambda job: train(*job, threads), waiting):
            with RECORDS.open("a", encoding="utf-8") as file:
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
            print(record["variant"], record["recipe"]["random_seed"], record["dev"], flush=True)
            TABLE.write_text("\n".join(table(list(plan["variants"]))) + "\n", encoding="utf-8")


def records() -> list[dict[str, Any]]:
    """What was trained so far."""
    lines = RECORDS.read_text(encoding="utf-8").splitlines() if RECORDS.exists() else []
    return [json.loads(line) for line in lines]


def train(name: str, changes: dict[str, Any], seed: int, threads: int) -> dict[str, Any]:
    """Train one variant; what it scored and what made it."""
    recipe = tomllib.loads(BASE.read_text(encoding="utf-8")) | changes | {"random_seed": seed}
    folder = RUNS / f"{name.replace(' ', '-')}-{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder.with_suffix(".toml")
    path.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in recipe.items()), encoding="utf-8")
    start = time.monotonic()
    environment = os.environ | {"OMP_NUM_THREADS": str(threads)}
    command = [sys.executable, "-m", "tagger", "train", "--recipe", str(path), "--output", str(folder)]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr}")
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    return {
        "variant": name,
        "changes": changes,
        "dev": {key: meta["dev"][key] for key in ("epoch", *SCORES)},
        "minutes": round((time.monotonic() - start) / 60, 1),
        "recipe": meta["recipe"],
        "data": {key: value["sha256"][:12] for key, value in meta["data"].items()},
        "date": meta["date"],
    }


def table(names: list[str]) -> Iterator[str]:
    """The document: one row a variant, means over the random seeds, and how far each seed's triple F1 lies from the first row's."""
    found = {name: [each for each in records() if each["variant"] == name] for name in names}
    base = {each["recipe"]["random_seed"]: each["dev"] for each in found[names[0]]}
    yield "# Ablations"
    yield ""
    yield (
        "`python eval/ablations.py`: each row changes what it says in `training/ablation.toml` (a third of the authored training "
        "text, six epochs) and is scored on authored dev, at its best epoch; means over the random seeds. Δ is METRIC and topic "
        "macro-F1 against the first row with the same random seed, one figure a seed: what differs from seed to seed as much as "
        "it gains has gained nothing."
    )
    yield ""
    first = records()[0]
    yield f"Training data {first['data']['train']}, dev data {first['data']['dev']}, {first['date']}."
    yield ""
    yield "| variant | seeds | METRIC | triple | topic macro-F1 | VALUE | UNIT | exact | Δ METRIC | Δ topic |"
    yield "|---" * 10 + "|"
    for name, its in found.items():
        if not its:
            continue
        means = " | ".join(f"{mean(each['dev'][key] for each in its):.3f}" for key in SCORES)
        deltas = [
            ", ".join(
                f"{each['dev'][key] - base[each['recipe']['random_seed']][key]:+.3f}"
                for each in its
                if each["recipe"]["random_seed"] in base
            )
            for key in ("METRIC", "topic_macro_f1")
        ]
        yield f"| {name} | {len(its)} | {means} | {deltas[0]} | {deltas[1]} |"


if __name__ == "__main__":
    main()
