"""Recipes: one TOML file says everything of a training; an unknown key is refused."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from tagger.data.protocols import AUTHORED_TO_SEEDS
from tagger.errors import TaggerError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True, slots=True)
class TrainRecipe:
    """A fine-tuning. Rates are peaks: they rise over `warmup` of the steps and fall to 0 in a straight line."""

    encoder: str = "model/encoder"
    start: str = ""  # a model folder to go on from, heads and all, instead of an encoder with fresh heads
    data: str = "data/gold"
    fold: str = AUTHORED_TO_SEEDS  # a fold of data/DATASET.md, or "release": everything but the challenge set
    fraction: float = 1.0  # of the authored training sentences: for learning curves, and for replay after `start`
    random_seed: int = 0
    precision: str = "auto"  # bf16, fp32, or auto: what is faster on this machine
    epochs: int = 10
    patience: int = 3  # epochs without a better dev score before it stops
    batch_tokens: int = 1600
    encoder_rate: float = 2e-4
    head_rate: float = 1e-3
    warmup: float = 0.1
    weight_decay: float = 0.01
    dropout: float = 0.1
    attention_dropout: float = 0.0  # of attention weights; on a CPU it costs as much time as all other dropout
    topic_weight: float = 0.2
    label_smoothing: float = 0.05
    section_dropout: float = 0.25  # share of sentences shown without their section path
    mask_rate: float = 0.0  # share of sentences whose numbers are replaced by a mask
    number_rate: float = 0.0  # share of sentences whose digits are drawn anew
    width_rate: float = 0.0  # share of sentences whose digits and punctuation change between full and half width
    adversarial: float = 0.0  # size of the step on the embeddings (FGM, Miyato et al. 2017); 0 is off
    average: float = 0.0  # decay of the weights' moving average, which is what is kept; 0 is off


@dataclass(frozen=True, slots=True)
class AdaptRecipe:
    """Masked-language-model training of the encoder on unlabelled text (Gururangan et al. 2020)."""

    encoder: str = "model/encoder"
    corpus: str = "corpus"  # a folder of .txt files
    gold: str = ""  # a gold folder whose authored training text is added; never seeds, dev or challenge
    random_seed: int = 0
    precision: str = "auto"
    epochs: float = 3.0
    batch: int = 32
    length: int = 128
    rate: float = 3e-4
    head_rate: float = 1e-3
    warmup: float = 0.05
    dropout: float = 0.1
    attention_dropout: float = 0.0
    mask_share: float = 0.15


_R = TypeVar("_R", TrainRecipe, AdaptRecipe)


def load_recipe(kind: type[_R], path: Path | None, **changes: Any) -> _R:
    """The recipe of a TOML file, changed by what is not None. Raises TaggerError naming file and key."""
    content: dict[str, Any] = {}
    if path is not None:
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise TaggerError(f"{path}: cannot be read ({error.strerror}); name a recipe of training/") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise TaggerError(f"{path}: is not TOML ({error}); mend it") from None
    known: dict[str, Any] = {field.name: field.default for field in fields(kind)}
    for key, value in content.items():
        if key not in known:
            raise TaggerError(f"{path}: {key} is no key of a recipe; it has: {', '.join(known)}")
        default = known[key]
        fits = type(value) is type(default) or (isinstance(default, float) and type(value) is int)
        if not fits:
            raise TaggerError(f"{path}: {key} is {value!r}, but must be of type {type(default).__name__}")
        content[key] = type(default)(value)
    given = {key: value for key, value in changes.items() if value is not None}
    return kind(**(content | given))


def to_toml(recipe: TrainRecipe | AdaptRecipe) -> str:
    """The recipe as TOML, every key written out; `load_recipe` reads it back."""
    return "".join(
        f'{key} = "{value}"\n' if isinstance(value, str) else f"{key} = {value}\n"
        for key, value in asdict(recipe).items()
    )
