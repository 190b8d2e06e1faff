"""Masked-language-model training of the encoder on unlabelled report text (Devlin et al. 2019; Gururangan et al. 2020)."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import torch
from torch import Tensor, nn

from tagger.data.corpus import hash_files
from tagger.data.markup import read_text
from tagger.data.protocols import AUTHORED_TO_SEEDS, folds
from tagger.errors import TaggerError
from tagger.model.release import VOCABULARY
from tagger.model.vocabulary import SPECIAL, Vocabulary
from tagger.training.dropout import set_dropout
from tagger.training.loop import Progress
from tagger.training.precision import autocast, find_precision
from tagger.training.recipe import AdaptRecipe
from tagger.training.trimming import load_trimmed

ORIGIN = "origin.json"
_SHORTEST = 10  # shorter lines are headings and page numbers
_SPANS = (1, 1, 2, 2, 3)  # lengths of masked stretches: Chinese words, not only characters
_KEPT, _REPLACED = 0.1, 0.1  # shares of masked places that keep their character, or show a random one


class MaskedLanguageHead(nn.Module):
    """The head of BERT's pretraining, its output tied to the input embeddings."""

    def __init__(self, hidden: int, tokens: int) -> None:
        super().__init__()
        self.dense = nn.Linear(hidden, hidden)
        self.norm = nn.LayerNorm(hidden, eps=1e-12)
        self.bias = nn.Parameter(torch.zeros(tokens))

    def forward(self, hidden: Tensor, embeddings: Tensor) -> Tensor:
        """Logits over the vocabulary, (places, tokens), from hidden states, (places, hidden)."""
        result: Tensor = self.norm(nn.functional.gelu(self.dense(hidden))) @ embeddings.T + self.bias
        return result


def chunks(vocabulary: Vocabulary, texts: Sequence[str], length: int) -> list[list[int]]:
    """The texts' lines, blanks left out, strung together and cut into pieces of `length` with [CLS] and [SEP]."""
    stream: list[int] = []
    for text in texts:
        for line in text.splitlines():
            plain = "".join(line.split())
            if len(plain) >= _SHORTEST:
                stream += [*vocabulary.encode(plain), vocabulary.sep]
    size = length - 2
    return [
        [vocabulary.cls, *stream[start : start + size], vocabulary.sep]
        for start in range(0, len(stream) - size + 1, size)
    ]


def mask(
    vocabulary: Vocabulary, batch: Sequence[Sequence[int]], share: float, chance: random.Random
) -> tuple[Tensor, Tensor]:
    """A batch with `share` of its places hidden, and which those are; both of shape (batch, length)."""
    ids = torch.tensor(batch)
    hidden = torch.zeros_like(ids, dtype=torch.bool)
    for row in hidden:
        wanted = int(share * len(row))
        while wanted > 0:
            start, size = chance.randrange(1, len(row) - max(_SPANS)), chance.choice(_SPANS)
            row[start : start + size] = True
            wanted -= size
    hidden &= ids >= len(SPECIAL)
    shown = ids.clone()
    draw = torch.rand(ids.shape)
    shown[hidden & (draw >= _KEPT + _REPLACED)] = vocabulary.mask
    replaced = hidden & (draw < _REPLACED)
    shown[replaced] = torch.randint(len(SPECIAL), len(vocabulary), (int(replaced.sum()),))
    return shown, hidden


def adapt(encoder: nn.Module, vocabulary: Vocabulary, texts: Sequence[str], recipe: AdaptRecipe) -> Iterator[Progress]:
    """Train the encoder in place; yields after every step. Raises ValueError where the texts do not fill one batch."""
    chance = random.Random(recipe.random_seed)
    torch.manual_seed(recipe.random_seed)
    pieces = chunks(vocabulary, texts, recipe.length)
    per_epoch = len(pieces) // recipe.batch
    if not per_epoch:
        raise ValueError(
            f"the texts fill {len(pieces)} pieces of {recipe.length} characters, a batch takes {recipe.batch}"
        )
    embeddings = encoder.get_input_embeddings().weight  # type: ignore[operator]
    head = MaskedLanguageHead(embeddings.shape[1], len(vocabulary))
    optimizer = torch.optim.AdamW(
        [{"params": encoder.parameters(), "lr": recipe.rate}, {"params": head.parameters(), "lr": recipe.head_rate}],
        betas=(0.9, 0.98),
        weight_decay=0.01,
        fused=True,
    )
    steps = max(1, int(recipe.epochs * per_epoch))
    warmup = max(1, int(steps * recipe.warmup))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warmup, max(0.05, (steps - step) / max(1, steps - warmup)))
    )
    total = 0.0
    encoder.train()
    for step in range(steps):
        place = step % per_epoch
        if place == 0:
            chance.shuffle(pieces)
            total = 0.0
        batch = pieces[place * recipe.batch : (place + 1) * recipe.batch]
        shown, hidden = mask(vocabulary, batch, recipe.mask_share, chance)
        with autocast(recipe.precision):
            states = encoder(input_ids=shown, attention_mask=torch.ones_like(shown)).last_hidden_state[hidden]
            logits = head(states, embeddings)
        loss = nn.functional.cross_entropy(logits.float(), torch.tensor(batch)[hidden])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        total += float(loss.detach())
        yield Progress(step // per_epoch + 1, step + 1, steps, total / (place + 1), place + 1 == per_epoch)


def run(recipe: AdaptRecipe, out: Path) -> Iterator[Progress]:
    """Adapt by the recipe and fill the folder `out` with the encoder in half precision, and what made it.

    Raises TaggerError where corpus or encoder is not there.
    """
    paths = sorted(Path(recipe.corpus).rglob("*.txt"))
    if not paths:
        raise TaggerError(f"{recipe.corpus}: holds no .txt file; name the corpus folder with --corpus")
    recipe = replace(recipe, precision=find_precision(recipe.precision))
    texts = [read_text(path) for path in paths]
    sources = {"encoder": hash_files(sorted(Path(recipe.encoder).glob("*.safetensors"))), "corpus": hash_files(paths)}
    if recipe.gold:
        (fold,) = folds(AUTHORED_TO_SEEDS, Path(recipe.gold))
        texts += ["\n".join(line.text for line in file.lines) for file in fold.train]
        sources["gold"] = hash_files(file.path for file in fold.train)
    vocabulary, encoder, _ = load_trimmed(recipe.encoder)
    set_dropout(encoder, recipe.dropout, recipe.attention_dropout)
    try:
        yield from adapt(encoder, vocabulary, texts, recipe)
    except ValueError as error:
        raise TaggerError(f"{recipe.corpus}: is too small ({error}); name a larger corpus or a smaller batch") from None
    out.mkdir(parents=True, exist_ok=True)
    vocabulary.save(out / VOCABULARY)
    encoder.half().save_pretrained(out)  # type: ignore[operator]
    encoder.float()
    origin = {"recipe": asdict(recipe), "sha256": sources, "date": date.today().isoformat()}
    (out / ORIGIN).write_text(json.dumps(origin, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
