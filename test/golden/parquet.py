"""Writes test/golden/parquet/: Parquet files by pyarrow, in the shapes that W&B exports histories in and data frames are saved
in, and expected.json, the rows that pyarrow's own reader finds in them, for src/lab/series/parquet.ts.

python3 -m venv /tmp/golden && /tmp/golden/bin/pip install pyarrow
/tmp/golden/bin/python test/golden/parquet.py
"""
import json
import math
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).parent / "parquet"
shutil.rmtree(HERE, ignore_errors=True)
HERE.mkdir()

HISTOGRAM = {"_type": "histogram", "bins": [0.0, 0.5, 1.0], "values": [3, 4]}


def history(run, epochs):
    """As a run logs it: numbers, structures, nulls where nothing was logged, and what is no number."""
    return [
        {
            "_step": epoch,
            "_timestamp": 1.7e9 + epoch,
            "train/epoch": epoch,
            "train/global_step": 10 * epoch,
            "eval/d1consis_EM": (run + epoch) / 9,
            "eval/d2consis_EM": None if epoch == 2 else epoch / 9,
            "eval": {"qd1consis_loss": 1 / (run + epoch), "qd2incons_loss": math.nan if epoch == 1 else 0.5},
            "weights": HISTOGRAM if epoch == 1 else None,
        }
        for epoch in epochs
    ]


def frame(seeds, epochs):
    """A row a subset, as a data frame of anyone's has it."""
    return [
        {"seed": seed, "stage": stage, "epoch": epoch, "subset": subset, "exact_match": (seed + epoch) / 12, "right": True, "lr": [0.1, 0.2]}
        for seed in seeds
        for stage in ("stage1", "stage2")
        for epoch in epochs
        for subset in ("d1consis", "d2consis")
    ]


def write(name, rows, schema=None, **options):
    path = HERE / name
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path, **options)
    return name, pq.read_table(path).to_pylist()


FRAME = pa.schema(
    [
        ("seed", pa.int32()),
        ("stage", pa.dictionary(pa.int8(), pa.string())),
        ("epoch", pa.uint8()),
        ("subset", pa.string()),
        ("exact_match", pa.float32()),
        ("right", pa.bool_()),
        ("lr", pa.list_(pa.float64())),
    ]
)

written = [
    # Parts of a run's history, as W&B names its exports.
    write("exports/lab_trust_abc_0.runhistory.parquet", history(1, [1, 2])),
    write("exports/lab_trust_abc_1.runhistory.parquet", history(1, [3]), compression="zstd"),
    write("exports/lab_trust_def_0.runhistory.parquet", history(2, [1, 2, 3]), data_page_version="2.0"),
    # An artefact of a history.
    write("artefacts/run-xyz-history-v0/0000.parquet", history(3, [1, 2])),
    write("artefacts/run-xyz-history-v0/0001.parquet", history(3, [3])),
    write("frame.parquet", frame([4, 7], [1, 2]), FRAME, compression="gzip", row_group_size=5),
    *[
        write(f"packed/{codec}.parquet", frame([4], [1, 2]), FRAME, compression=codec, use_dictionary=dictionary, use_byte_stream_split=split)
        for codec, dictionary, split in [("none", True, False), ("snappy", False, ["exact_match"]), ("brotli", True, False), ("lz4", True, False)]
    ],
    write("text.parquet", [{"seed": 0, "epoch": 1, "eval_d1consis_EM": "high"}]),
    write("empty.parquet", [], FRAME),
]


def plain(value):
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN"
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return value


expected = {name: [{key: plain(value) for key, value in row.items()} for row in rows] for name, rows in written}
(HERE / "expected.json").write_text(json.dumps({"pyarrow": pa.__version__, "files": expected}, indent=1) + "\n")
