"""The model as an engine: onnxruntime and numpy, nothing heavier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from tagger.data.iob import make_tags
from tagger.document import Prediction, Sentence
from tagger.model.decoding import Floats, log_softmax, merge, spans
from tagger.model.inputs import Batch, Window, build, by_length, section_text, windows
from tagger.model.lexicon import LEXICON, Lexicon
from tagger.model.release import ONNX, ONNX_INT8, VOCABULARY, default_folder, model_taxonomy, read_meta, verified
from tagger.model.vocabulary import Vocabulary
from tagger.taxonomy import Taxonomy

BATCH_TOKENS = 1024  # larger ones no longer fit the caches


class Runner(Protocol):
    """Whatever runs the network: arrays in, tag logits (windows, tokens, tags) and topic logits (windows, rows) out."""

    def __call__(self, batch: Batch) -> tuple[Floats, Floats]: ...


class Settings(NamedTuple):
    """How logits become scores, and which scores are in doubt."""

    topic_temperature: float = 1.0
    tag_temperature: float = 1.0
    topic_review: float = 0.0
    span_review: float = 0.0


class ModelEngine:
    """Tags sentences with a trained network, whatever runs it."""

    name = "model"

    def __init__(
        self,
        runner: Runner,
        vocabulary: Vocabulary,
        taxonomy: Taxonomy,
        settings: Settings | None = None,
        rows: Sequence[str] | None = None,
        lexicon: Lexicon | None = None,
    ) -> None:
        """`rows` are the topics of the runner's topic logits; those of the taxonomy, in its order, where it is None."""
        self.taxonomy = taxonomy
        self._topics = [entry.id for entry in taxonomy.topics]
        self._tags = make_tags(entry.id for entry in taxonomy.labels)
        self._shares = np.array([[row == topic for topic in self._topics] for row in rows or self._topics], np.float32)
        self._runner = runner
        self._vocabulary = vocabulary
        self._settings = settings or Settings()
        self._lexicon = lexicon

    @classmethod
    def load(cls, folder: Path | None = None, threads: int = 0) -> ModelEngine:
        """Load a model folder, the released one by default, to run on that many threads (0: on all cores).

        Raises TaggerError where a file is missing, damaged or of another model.
        """
        folder = folder or default_folder()
        meta = read_meta(folder)
        vocabulary = Vocabulary.load(verified(folder, meta, VOCABULARY))
        runner = onnx_runner(verified(folder, meta, ONNX_INT8 if (folder / ONNX_INT8).exists() else ONNX), threads)
        settings = Settings(meta.topic_temperature, meta.tag_temperature, meta.review["topic"], meta.review["span"])
        taxonomy = model_taxonomy(folder, meta)
        lexicon = None
        if LEXICON in meta.checksums:
            lexicon = Lexicon.load(verified(folder, meta, LEXICON), meta.rows, taxonomy)
        return cls(runner, vocabulary, taxonomy, settings, meta.rows, lexicon)

    def tag(self, sentences: Sequence[Sentence]) -> list[Prediction]:
        """One prediction per sentence, in order."""
        pieces: list[list[tuple[int, Floats]]] = [[] for _ in sentences]
        topics: list[list[Floats]] = [[] for _ in sentences]
        cut = list(windows([len(each.text) for each in sentences]))
        for chosen, tag_logits, topic_logits in self._run(sentences, cut):
            for row, window in enumerate(chosen):
                length = window.end - window.start
                pieces[window.sentence].append((window.start, tag_logits[row, 1 : 1 + length]))
                topics[window.sentence].append(topic_logits[row])
        return [
            self._prediction(len(each.text), sorted(its, key=lambda piece: piece[0]), own)
            for each, its, own in zip(sentences, pieces, topics, strict=True)
        ]

    def _run(
        self, sentences: Sequence[Sentence], cut: Sequence[Window]
    ) -> Iterator[tuple[list[Window], Floats, Floats]]:
        sections = [section_text(each.section) for each in sentences]
        lengths = [window.end - window.start + len(sections[window.sentence]) + 3 for window in cut]
        for places in by_length(lengths, BATCH_TOKENS):
            chosen = [cut[place] for place in places]
            texts = [sentences[each.sentence].text[each.start : each.end] for each in chosen]
            paths = [sections[each.sentence] for each in chosen]
            tag_logits, topic_logits = self._runner(build(self._vocabulary, texts, paths))
            if self._lexicon is not None:
                topic_logits = self._lexicon.correct(topic_logits, texts, paths)
            yield chosen, tag_logits, topic_logits

    def _prediction(self, length: int, pieces: list[tuple[int, Floats]], topics: list[Floats]) -> Prediction:
        settings = self._settings
        scores = np.exp(log_softmax(np.mean(topics, axis=0) / settings.topic_temperature)) @ self._shares
        best = int(scores.argmax())
        found = spans(merge(length, pieces) / settings.tag_temperature, self._tags)
        doubt = scores[best] < settings.topic_review or any(span.score < settings.span_review for span in found)
        return Prediction(self._topics[best], round(float(scores[best]), 4), found, bool(doubt))


def onnx_runner(path: Path, threads: int = 0) -> Runner:
    """The network of an ONNX file under onnxruntime, on that many threads (0: on all cores)."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(batch: Batch) -> tuple[Floats, Floats]:
        tags, topics = session.run(["tag_logits", "topic_logits"], batch._asdict())
        return tags, topics

    return run
