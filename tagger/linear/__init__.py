"""The linear engine: TF-IDF and logistic regression for topics, a linear-chain CRF for tags. Small, fast, a fair opponent.

It is trained where it is scored (`tagger evaluate`), in a minute or two, and kept nowhere.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from tagger.data.gold import GoldSentence
from tagger.data.iob import decode, encode
from tagger.document import Prediction, Sentence, Span
from tagger.linear.features import character_features
from tagger.taxonomy import Taxonomy

_ITERATIONS = 80


class LinearEngine:
    """Tags sentences with linear models learnt from gold sentences (Lafferty et al. 2001 for the CRF)."""

    name = "linear"

    def __init__(self, taxonomy: Taxonomy, sentences: Sequence[GoldSentence]) -> None:
        """Learn from gold sentences; takes a minute or two for some thousands of them."""
        self.taxonomy = taxonomy
        self._fit_topics(sentences)
        self._fit_tags(sentences)

    def _fit_topics(self, sentences: Sequence[GoldSentence]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline, make_union

        own = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True, preprocessor=_own)
        place = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True, preprocessor=_place)
        self._topics = make_pipeline(make_union(own, place), LogisticRegression(C=20.0, max_iter=400))
        self._topics.fit([_document(each.text, each.section) for each in sentences], [each.topic for each in sentences])

    def _fit_tags(self, sentences: Sequence[GoldSentence]) -> None:
        import pycrfsuite

        trainer = pycrfsuite.Trainer(verbose=False)
        for each in sentences:
            trainer.append(character_features(each.text), encode(len(each.text), each.spans))
        trainer.set_params({"c1": 0.05, "c2": 0.01, "max_iterations": _ITERATIONS, "feature.minfreq": 2})
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "tags.crf")
            trainer.train(path)
            # The tagger reads the model where it lies: it must outlive this function.
            self._model = Path(path).read_bytes()
        self._tagger = pycrfsuite.Tagger()
        self._tagger.open_inmemory(self._model)

    def tag(self, sentences: Sequence[Sentence]) -> list[Prediction]:
        """One prediction per sentence, in order."""
        if not sentences:
            return []
        scores = self._topics.predict_proba([_document(each.text, each.section) for each in sentences])
        topics = self._topics.classes_
        return [
            Prediction(str(topics[row.argmax()]), float(row.max()), self._spans(each.text))
            for each, row in zip(sentences, scores, strict=True)
        ]

    def _spans(self, text: str) -> list[Span]:
        tags = self._tagger.tag(character_features(text))
        for position, tag in enumerate(tags):
            # The CRF has seen no I without its B, and all but never says one; where it does, the span begins there.
            if tag.startswith("I-") and (not position or tags[position - 1][2:] != tag[2:]):
                tags[position] = "B-" + tag[2:]
        return decode(tags)


def _document(text: str, section: Sequence[str]) -> str:
    return f"{text}\n{'/'.join(section)}"


def _own(document: str) -> str:
    return document.partition("\n")[0]


def _place(document: str) -> str:
    return document.partition("\n")[2]
