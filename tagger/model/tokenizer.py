"""The character vocabulary as a tokenizer of Hugging Face `tokenizers`, for those who load the model with plain `transformers`."""

from __future__ import annotations

import json
from pathlib import Path

from tagger.model.vocabulary import CLS, MASK, PAD, SEP, SPECIAL, UNK, Vocabulary

TOKENIZER, TOKENIZER_CONFIG = "tokenizer.json", "tokenizer_config.json"
_LENGTH = 512


def write_tokenizer(vocabulary: Vocabulary, folder: Path) -> None:
    """Write tokenizer.json and tokenizer_config.json: the ids of `Vocabulary.encode`, one token a character.

    Of its fallbacks only that to lower case is there: a compatibility form that the vocabulary lacks (㎎, Ⅸ) is [UNK].
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.WordLevel({token: number for number, token in enumerate(vocabulary.tokens)}, UNK))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        f"{CLS} $A {SEP}", f"{CLS} $A {SEP} $B:1 {SEP}:1", [(CLS, vocabulary.cls), (SEP, vocabulary.sep)]
    )
    tokenizer.add_special_tokens(list(SPECIAL))
    tokenizer.save(str(folder / TOKENIZER))
    names = {"pad_token": PAD, "unk_token": UNK, "cls_token": CLS, "sep_token": SEP, "mask_token": MASK}
    inputs = ["input_ids", "token_type_ids", "attention_mask"]
    kind = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": _LENGTH, "model_input_names": inputs}
    config = kind | names
    (folder / TOKENIZER_CONFIG).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
