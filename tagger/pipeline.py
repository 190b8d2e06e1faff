"""The way a report takes: reading, engine, extraction. `Tagger` is the Python API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tagger.document import Document, Prediction, Sentence, TaggedDocument, TaggedSentence, Topic
from tagger.engines import DEFAULT, Engine, load_engine
from tagger.extraction import extract
from tagger.reading import load, read, read_source


class Tagger:
    """Tags reports with one engine.

    >>> tagger = Tagger.load()
    >>> document = tagger.tag("健康管理高血压患者34867人。")
    >>> document.sentences[0].measurements[0].quantity.number
    Decimal('34867')
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._topics = {entry.id: entry.name for entry in engine.taxonomy.topics}

    @classmethod
    def load(cls, engine: str = DEFAULT, model: str | Path | None = None) -> Tagger:
        """A tagger with the engine of that name; `model` is the folder of a trained one.

        Raises TaggerError when there is none.
        """
        return cls(load_engine(engine, Path(model) if model is not None else None))

    def tag(self, text: str, name: str = "") -> TaggedDocument:
        """Tag a decoded report; every offset in the result is a character position in `text`."""
        return self._tag(read(text, name))

    def tag_file(self, path: str, max_mb: float = 50) -> TaggedDocument:
        """Read and tag one file ("-" is standard input). Raises TaggerError for bad input."""
        source = load(path, max_mb)
        document = self._tag(read_source(source))
        document.sha256 = source.sha256
        return document

    def tag_documents(self, documents: Sequence[Document]) -> list[TaggedDocument]:
        """Tag documents that were read, all their sentences in one call of the engine, so that its batches can be full."""
        sentences: list[Sentence] = []
        first = 0  # paragraphs of two documents must not look like one to the engine
        for document in documents:
            sentences.extend(replace(each, paragraph=each.paragraph + first) for each in document.sentences)
            first += max((each.paragraph for each in document.sentences), default=0) + 1
        predictions = self.engine.tag(sentences)
        tagged = []
        position = 0
        for document in documents:
            own = predictions[position : position + len(document.sentences)]
            tagged.append(self._extract(document, own))
            position += len(own)
        return tagged

    def _tag(self, document: Document) -> TaggedDocument:
        return self._extract(document, self.engine.tag(document.sentences))

    def _extract(self, document: Document, predictions: Sequence[Prediction]) -> TaggedDocument:
        sentences = []
        for index, (sentence, prediction) in enumerate(zip(document.sentences, predictions, strict=True)):
            entities, measurements = extract(sentence, prediction.spans)
            sentence.needs_review = sentence.needs_review or prediction.needs_review
            topic = Topic(prediction.topic, self._topics[prediction.topic], prediction.topic_score)
            sentences.append(TaggedSentence(index, sentence, topic, entities, measurements))
        taxonomy = self.engine.taxonomy
        return TaggedDocument(document, sentences, self.engine.name, taxonomy.version, taxonomy.hash)
