"""Writes the Parquet files beside it with pyarrow."""

import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

here = pathlib.Path(__file__).parent
table = pa.table({
    "question": pa.array(["two?", "é"]),
    "choices": pa.array([["a", "b"], []], pa.list_(pa.string())),
    "answer": pa.array([1, None], pa.int64()),
    "both": pa.array([{"text": ["p"], "label": ["A"]}, {"text": ["q", "r"], "label": ["A", "B"]}]),
    "kwargs": pa.array([[{"n": 2.5, "word": None}, {"n": None, "word": "w"}], []], pa.list_(pa.struct([("n", pa.float64()), ("word", pa.string())]))),
    "ok": pa.array([True, False]),
})
for name in ["none", "snappy", "snappy2", "gzip", "gzip2", "zstd", "zstd2", "lz4"]:
    pq.write_table(table, here / f"{name}.parquet", compression=name.rstrip("2"), use_dictionary=name != "none", data_page_version="2.0" if "2" in name else "1.0")
