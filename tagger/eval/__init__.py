"""Evaluation: one scorer for every engine, on gold sentences and on raw files."""
