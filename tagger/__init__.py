"""tagger: Chinese health-bureau work reports to tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Tagger", "TaggerError", "__version__", "batch"]

if TYPE_CHECKING:
    from tagger.batching.api import batch
    from tagger.errors import TaggerError
    from tagger.pipeline import Tagger


def __getattr__(name: str) -> Any:
    # Loaded on first use: `tagger --version` and the command line's help need none of it.
    if name == "Tagger":
        from tagger.pipeline import Tagger

        return Tagger
    if name == "TaggerError":
        from tagger.errors import TaggerError

        return TaggerError
    if name == "batch":
        from tagger.batching.api import batch

        return batch
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
