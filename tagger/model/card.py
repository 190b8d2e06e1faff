"""The model card, rendered from meta.json; its limitations are written by hand and must be there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tagger.errors import TaggerError

CARD, LIMITATIONS = "MODEL_CARD.md", "LIMITATIONS.md"
_HEAD = """---
language: zh
license: apache-2.0
library_name: transformers
pipeline_tag: token-classification
---
# The released model of tagger

Reads sentences of Chinese health-bureau work reports: tags METRIC, VALUE and UNIT, and gives each sentence one topic of a
work-area taxonomy. `tagger predict` uses it by default, without torch or transformers. Tags alone, with plain transformers:

```python
from transformers import pipeline

tags = pipeline("token-classification", model="model", aggregation_strategy="simple")
tags("健康管理高血压患者34867人。")
```
"""
# `tagger evaluate --write` fills the marks; the seeds' scores there are those of the protocols' own models.
_SCORES = """## Scores

The released weights have seen the authored text and all five seeds, so no score on a seed is theirs: the table is that of the
models of protocol authored-to-seeds, which have seen no seed. Only the challenge set can test the released weights themselves.

<!-- scores:summary -->
<!-- end -->
"""


def limitations(folder: Path) -> str:
    """What the folder's LIMITATIONS.md says. Raises TaggerError where it is missing or empty."""
    path = folder / LIMITATIONS
    text = path.read_text(encoding="utf-8").strip() if path.is_file() else ""
    if not text:
        raise TaggerError(f"{path}: is missing or empty; write down what the model cannot do before it is released")
    return text


def render(content: dict[str, Any], limits: str) -> str:
    """The card of a model; `content` is its meta.json."""
    return "\n".join((_HEAD, "## What made it\n", *_facts(content), "", _SCORES, limits)) + "\n"


def _facts(content: dict[str, Any]) -> Iterator[str]:
    recipe, dev = content["recipe"], content["dev"]
    encoder = content.get("encoder") or {}
    yield f"- **Trained** {content['date']}, random seed {recipe['random_seed']}, best epoch {dev['epoch']} of {recipe['epochs']}, in {recipe['precision']}."
    for name, part in content["data"].items():
        yield f"- **{name}**: {len(part['files'])} files of data/gold, sha256 {part['sha256'][:12]}."
    yield f"- **Encoder**: {encoder.get('base', recipe['encoder'])}, adapted to report text (`{recipe['encoder']}`, origin.json there)."
    yield f"- **Taxonomy** {content['taxonomy']['version']}: {len(content['topics'])} topics, hash {content['taxonomy']['hash'][:12]}."
    yield (
        f"- **Authored dev**, on which epoch and thresholds were chosen: METRIC {dev['METRIC']:.3f}, VALUE {dev['VALUE']:.3f}, "
        f"UNIT {dev['UNIT']:.3f}, triple {dev['triple']:.3f}, topic macro-F1 {dev['topic_macro_f1']:.3f}; "
        f"{dev['flagged']:.1%} of the sentences marked for review, {dev['wrong_caught'] or 0:.0%} of the wrong ones among them."
    )
    yield "- **Versions**: " + ", ".join(f"{name} {version}" for name, version in content["versions"].items()) + "."
    yield from (f"- **Export**: {line}." for line in content.get("export", ()))
    yield "- **Licences**: weights Apache-2.0; the base encoder MIT (model/encoder/LICENSE)."
