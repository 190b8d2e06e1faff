"""Batch scoring: many report files into one dataset that can be stopped, resumed and brought up to date.

```
paths ─ inputs ─▶ files ─ plan ─▶ tasks ─ pool (processes) ─▶ outcomes ─ store ─▶ SQLite ─ export ─▶ CSV, XLSX, Parquet
```

The package is not called `batch`: `tagger.batch` is the function of the Python API.
"""
