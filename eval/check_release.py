"""Check the released model against thresholds.toml: python eval/check_release.py [MODEL]

Tags the challenge set, the only gold data that no release has seen, and prints every score beside its threshold. Exit code 1 when one
falls short.
"""

from __future__ import annotations

import sys
from pathlib import Path

import tomllib

from tagger.data.corpus import load_part
from tagger.data.values import read_values
from tagger.eval.protocol import run_given
from tagger.eval.tagging import score

ROOT = Path(__file__).parent.parent


def main() -> None:
    model = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "model"
    files = load_part(ROOT / "data" / "gold", "challenge")
    outcome = run_given("model", model, files, {file.name: read_values(file) for file in files})
    scores = score(outcome.pooled("challenge"))
    right, _, found = scores.values
    measured = {
        **scores.labels,
        "triple": scores.triple.f1 or 0.0,
        "topic_macro_f1": scores.topic_macro_f1,
        "values": right / found,
        "model.int8.onnx in MB": (model / "model.int8.onnx").stat().st_size / 1e6,
    }
    thresholds = tomllib.loads((ROOT / "eval" / "thresholds.toml").read_text(encoding="utf-8"))
    failed = False
    for name, least in thresholds["at_least"].items():
        failed |= measured[name] < least
        print(f"{name}: {measured[name]:.3f}, at least {least}{'' if measured[name] >= least else '  FAILS'}")
    for name, most in thresholds["at_most"].items():
        failed |= measured[name] > most
        print(f"{name}: {measured[name]:.1f}, at most {most}{'' if measured[name] <= most else '  FAILS'}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
