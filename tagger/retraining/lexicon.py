"""The lexicon of topics known from few examples, fitted on the same windows as the topic head."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tagger.model.decoding import Floats
from tagger.model.lexicon import Entry, Keywords, Lexicon, grams, margins
from tagger.taxonomy import Taxonomy
from tagger.training.loop import Example

_FOLDS = 4
_WORDS = 0.3  # inverse strength of regularisation of the weights of words, and of how words and head are put together
_BOTH = 10.0
_SMALLEST = 1e-3  # weights under this say nothing

# A head fitted on the windows that a mask lets through.
Fit = Callable[[NDArray[np.bool_]], nn.Sequential]


def fit_lexicon(
    topics: Mapping[int, float],
    windows: Sequence[Example],
    features: Tensor,
    allowed: Tensor,
    described: Tensor,
    head: nn.Sequential,
    fit: Fit,
    taxonomy: Taxonomy,
    unseen: tuple[Sequence[Example], Tensor],
) -> Lexicon | None:
    """The entries of those topics of `topics` that have at least four certain examples; None where no topic has, or nothing else is there to tell it from.

    `topics` are rows of the head, with how often each topic is met for every sentence of another one.

    `features`, `allowed` and `described` are those of the head (`tagger.retraining.head`), one row a window; `head` is the one fitted
    on all of them, `fit` fits one on those that a mask lets through. `unseen` are windows
    of other topics and their features that the network was not trained on: of those that it was, the head is surer than of any
    that it will meet. How much the head, the words and the taxonomy's keywords each have to say is fitted on what they say of
    these and of examples that they were not fitted on (stacked generalization, Wolpert 1992).
    """
    from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import normalize

    golds = allowed.numpy() & (allowed.numpy().sum(1) == 1)[:, None]
    words = described.numpy()
    found = [grams(each.text, each.section) for each in windows]
    vectorizer = CountVectorizer(analyzer=lambda each: each, binary=True, dtype=np.float64)
    counted = vectorizer.fit_transform(found)
    weighting = TfidfTransformer(norm=None).fit(counted[~words])
    inputs = weighting.transform(normalize(counted))  # divided by the root of the number of n-grams, as `Lexicon` does
    names = vectorizer.get_feature_names_out()
    chosen = [each for each in topics if (golds[:, each] & ~words).sum() >= _FOLDS]
    others = [each for each in range(golds.shape[1]) if each not in topics]
    if not (chosen and others and unseen[0]):
        return None
    mean = float((golds[:, others].any(1) & ~words).sum()) / max(len(others), 1)

    def fit_words(topic: int, mask: NDArray[np.bool_]) -> LogisticRegression:
        own = golds[:, topic]
        used = mask & (own | golds.any(1) & ~words)
        weights = np.ones(len(windows))
        for group in (own & words, own & ~words):
            weights[group] = mean / max((group & used).sum(), 1)
        return LogisticRegression(C=_WORDS, max_iter=300).fit(inputs[used], own[used], weights[used])

    keywords = Keywords(taxonomy)
    everything = np.ones(len(windows), bool)
    texts = vectorizer.transform([grams(each.text, each.section) for each in unseen[0]])
    seen = weighting.transform(normalize(texts))

    def said(
        head: nn.Sequential,
        linear: LogisticRegression,
        topic: int,
        features: Tensor,
        inputs: Any,
        of: Sequence[Example],
    ) -> Floats:
        """What head, words and keywords say of windows, (windows, 3)."""
        with torch.inference_mode():
            logits = head(features).numpy()
        name = taxonomy.topics[topic].id
        leads = [keywords.leads(each.text, each.section)[name] for each in of]
        return np.stack([margins(logits, [topic])[:, 0], linear.decision_function(inputs), leads], axis=1)

    entries = {}
    for topic in chosen:
        own = np.flatnonzero(golds[:, topic] & ~words)
        rows = []
        for part in range(_FOLDS):
            left = own[part::_FOLDS]
            mask = everything.copy()
            mask[left] = False
            its = [windows[each] for each in left]
            rows.append(said(fit(mask), fit_words(topic, mask), topic, features[left], inputs[left], its))
        linear = fit_words(topic, everything)
        rows.append(said(head, linear, topic, unseen[1], seen, unseen[0]))
        labels = np.arange(len(own) + len(unseen[0])) < len(own)
        weights = np.where(labels, len(unseen[0]) * topics[topic] / len(own), 1.0)
        both = LogisticRegression(C=_BOTH).fit(np.concatenate(rows), labels, weights)
        share, weight, lead = both.coef_[0]
        heavy = weight * linear.coef_[0] * weighting.idf_
        entries[topic] = Entry(
            round(float(share), 4),
            round(float(lead), 4),
            round(float(both.intercept_[0] + weight * linear.intercept_[0]), 4),
            {
                str(names[number]): round(float(heavy[number]), 4)
                for number in np.flatnonzero(np.abs(heavy) > _SMALLEST)
            },
        )
    return Lexicon(entries, [each.id for each in taxonomy.topics], taxonomy)
