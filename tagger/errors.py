"""Errors that a person can act on."""

from __future__ import annotations


class TaggerError(Exception):
    """A fault in what the user gave us: the message is one line that names the file, what is wrong, what to do."""
