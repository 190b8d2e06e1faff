"""A trained model folder made ready for use: ONNX beside the weights, checked against them, and the weights in half precision."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from tagger.errors import TaggerError
from tagger.model.checkpoint import load_network
from tagger.model.engine import onnx_runner
from tagger.model.inputs import build
from tagger.model.onnx import export, quantize
from tagger.model.release import META, ONNX_INT8, WEIGHTS, write_meta

TOLERANCE = 1e-3  # between the logits of torch and those of ONNX in full precision
_SAMPLE = ("健康管理高血压患者34867人，注册率达到113.75％。", "全面加强党的建设。" * 20, "*")


def export_folder(folder: Path) -> Iterator[str]:
    """Write the 8-bit ONNX of a model folder, check it, and cut the weights to half precision; yields what was measured.

    Raises TaggerError where the exported network does not say what the trained one says.
    """
    vocabulary, network = load_network(folder)
    batch = build(vocabulary, _SAMPLE, ["", "党的建设", ""])
    with torch.inference_mode():
        expected = [each.numpy() for each in network(*(torch.from_numpy(array) for array in batch))]
    seen = batch.attention_mask.astype(bool)
    with tempfile.TemporaryDirectory() as temporary:
        plain = Path(temporary) / "model.onnx"
        export(network, plain)
        tags, topics = onnx_runner(plain)(batch)
        distance = max(float(np.abs(tags - expected[0])[seen].max()), float(np.abs(topics - expected[1]).max()))
        if distance > TOLERANCE:
            raise TaggerError(f"{folder}: ONNX differs from the trained network by {distance:.4f}; it was not written")
        yield f"full precision: logits within {distance:.1e} of the trained network"
        quantize(plain, folder / ONNX_INT8)
    tags, topics = onnx_runner(folder / ONNX_INT8)(batch)
    distance = max(float(np.abs(tags - expected[0])[seen].max()), float(np.abs(topics - expected[1]).max()))
    size = (folder / ONNX_INT8).stat().st_size / 1e6
    yield f"8-bit: logits within {distance:.2f}, {size:.1f} MB; tagger evaluate says what that costs"
    save_file({name: value.half() for name, value in network.state_dict().items()}, folder / WEIGHTS, {"format": "pt"})
    content = json.loads((folder / META).read_text(encoding="utf-8"))
    write_meta(folder, {name: value for name, value in content.items() if name not in ("format", "checksums")})
