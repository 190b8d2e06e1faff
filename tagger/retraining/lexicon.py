"""The lexicon of topics known from few examples, fitted on the same windows as the topic head."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tagger.model.lexicon import Entry, Keywords, Lexicon, grams, margins
from tagger.taxonomy import Taxonomy
from tagger.training.loop import Example

_FOLDS = 4
_WORDS = 0.3  # inverse strength of regularisation of the weights of words, and of how words and head are put together
_BOTH = 10.0
_SMALLEST = 1e-3  # weights under this say nothing

Fit = Callable[[NDArray[np.bool_]], nn.Sequential]


def fit_lexicon(
    topics: Sequence[int],
    windows: Sequence[Example],
    features: Tensor,
    allowed: Tensor,
    described: Tensor,
    fit: Fit,
    taxonomy: Taxonomy,
) -> Lexicon | None:
    """The entries of those topics of `topics` (rows of the head) that have at least four certain examples; None where no topic has.

    `features`, `allowed` and `described` are those of the head (`tagger.retraining.head`), one row a window; `fit` fits a head
    on those that a mask lets through. How much the words, the head and the taxonomy's
    keywords each have to say is fitted on what both say of windows that they were not fitted on (stacked generalization, Wolpert 1992). A topic is taken
    to be as frequent as the others are on average: how often it will be met cannot be seen from its few examples.
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
    if not chosen:
        return None
    others = [each for each in range(golds.shape[1]) if each not in topics]
    mean = float((golds[:, others].any(1) & ~words).sum()) / max(len(others), 1)

    def fit_words(topic: int, mask: NDArray[np.bool_]) -> LogisticRegression:
        own = golds[:, topic]
        used = mask & (own | golds.any(1) & ~words)
        weights = np.ones(len(windows))
        for group in (own & words, own & ~words):
            weights[group] = mean / max((group & used).sum(), 1)
        return LogisticRegression(C=_WORDS, max_iter=300).fit(inputs[used], own[used], weights[used])

    parts = _parts(golds, words)
    said = np.zeros((len(windows), len(chosen), 3))
    keywords = Keywords(taxonomy)
    leads = [keywords.leads(each.text, each.section) for each in windows]
    for place, topic in enumerate(chosen):
        said[:, place, 2] = [each[taxonomy.topics[topic].id] for each in leads]
    for part in range(_FOLDS):
        mask = parts != part
        head = fit(mask)
        with torch.inference_mode():
            logits = head(features[~torch.from_numpy(mask)]).numpy()
        said[~mask, :, 0] = margins(logits, chosen)
        for place, topic in enumerate(chosen):
            said[~mask, place, 1] = fit_words(topic, mask).decision_function(inputs[~mask])
    entries = {}
    sure = golds.any(1) & ~words
    for place, topic in enumerate(chosen):
        own = golds[sure, topic]
        weights = np.where(own, mean / own.sum(), 1.0)
        both = LogisticRegression(C=_BOTH).fit(said[sure, place], own, weights)
        linear = fit_words(topic, np.ones(len(windows), bool))
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


def _parts(golds: NDArray[np.bool_], words: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The part of each window in the cross-validation, every topic dealt out evenly; words of the taxonomy are in none."""
    parts = np.full(len(golds), -1)
    for topic in range(golds.shape[1]):
        own = np.flatnonzero(golds[:, topic] & ~words)
        parts[own] = np.arange(len(own)) % _FOLDS
    return parts
