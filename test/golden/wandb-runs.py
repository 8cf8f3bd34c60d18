"""Writes runs with W&B's own library offline, and what W&B's own code reads and exports of them.

`python3 test/golden/wandb-runs.py DATASTORE` writes `test/golden/wandb/` (PyPI wandb 0.31.0, pandas, numpy). DATASTORE is
`wandb/sdk/internal/datastore.py` out of wandb 0.19.11, the last line of releases whose reader of these logs is written in
Python: it reads the records here, and the library's protobufs decode them.

Nothing is sent anywhere: `Run.history()` and `Runs.histories()` run as they stand in the library, with the rows of the
log in place of the server's answer.
"""

import glob
import importlib.util
import json
import math
import os
import shutil
import sys

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "wandb")
shutil.rmtree(HERE, ignore_errors=True)
os.makedirs(HERE)
os.environ.update(WANDB_MODE="offline", WANDB_DIR=HERE, WANDB_DISABLE_GIT="true", WANDB_CONSOLE="off", WANDB_SILENT="true")

import numpy as np
import wandb
from wandb.apis.public.runs import Run, Runs
from wandb.proto import wandb_internal_pb2 as pb

wandb._assert_is_internal_process = True
spec = importlib.util.spec_from_file_location("datastore", sys.argv[1])
datastore = importlib.util.module_from_spec(spec)
spec.loader.exec_module(datastore)


def settings():
    return wandb.Settings(x_disable_stats=True, x_disable_meta=True, x_save_requirements=False, host="lab")


def evaluation(seed, epoch):
    return {
        "eval/d1consis_EM": (seed + epoch) / 9,
        "eval/d2consis_EM": epoch / 9,
        "eval": {"qd1consis_loss": math.nan if epoch == 0 else 1 / (seed + epoch), "qd2incons_loss": math.inf if epoch == 1 else 0.5},
        "train/epoch": epoch,
        "train/global_step": 10 * epoch,
    }


def drawn(epoch):
    """Records that go beyond a block of the log, and what is no number."""
    if epoch not in (0, 1):
        return {}
    bins = wandb.Histogram(np_histogram=(np.arange(512), np.linspace(0, 1, 513)))
    return {"weights": bins, "picture": wandb.Image(np.zeros((2, 2, 3), dtype=np.uint8))}


def write(seed, name, config):
    run = wandb.init(project="trust", name=name, id=f"golden{seed}", config=config, settings=settings())
    if "seed" not in config:
        run.config.update({"seed": seed, "optimizer": {"lr": 0.001}})
    for epoch in range(4):
        run.log({"train/loss": 2 / (1 + epoch), "note": "training"})
        run.log({**evaluation(seed, epoch), **drawn(epoch if seed == 3 else None), "none": None, "list": [1, 2]})
    run.finish()


def records(path):
    store = datastore.DataStore()
    store.open_for_scan(path)
    while (data := store.scan_data()) is not None:
        record = pb.Record()
        record.ParseFromString(data)
        yield record


def rows(path):
    """The history as the server keeps it: objects within objects."""
    for record in records(path):
        if record.WhichOneof("record_type") != "history":
            continue
        row = {}
        for item in record.history.item:
            *outer, last = list(item.nested_key) or [item.key]
            into = row
            for key in outer:
                into = into.setdefault(key, {})
            into[last] = json.loads(item.value_json)
        yield row


def dotted(row, before=""):
    """As W&B names what is nested: `eval.qd1consis_loss`."""
    found = {}
    for key, value in row.items():
        if isinstance(value, dict) and "_type" not in value:
            found.update(dotted(value, f"{before}{key}."))
        else:
            found[before + key] = value
    return found


def exported(histories):
    """What the library's own `Run.history()` and `Runs.histories()` make of rows that a server would send."""
    runs = []
    for run_id, history in histories.items():
        run = object.__new__(Run)
        run.__dict__["_attrs"] = {"name": run_id}
        run._full_history = lambda samples, stream, history=history: [dotted(row) for row in history]
        runs.append(run)
        run.history().to_csv(os.path.join(HERE, f"history-{run_id}.csv"))
        with open(os.path.join(HERE, f"rows-{run_id}.jsonl"), "w") as file:
            file.writelines(json.dumps(row) + "\n" for row in history)
    several = type("Several", (list,), {})(runs)
    Runs.histories(several, format="pandas").to_csv(os.path.join(HERE, "histories.csv"), index=False)


write(3, "trust a", {"seed": 3})
write(5, "", {})
logs, histories = {}, {}
for path in sorted(glob.glob(os.path.join(HERE, "wandb", "offline-run-*", "*.wandb"))):
    name = os.path.basename(path)
    run_id = name[len("run-") : -len(".wandb")]
    kept = os.path.join(HERE, "runs", f"offline-run-{run_id}")
    os.makedirs(kept)
    logs[run_id] = shutil.move(path, os.path.join(kept, name))
    histories[run_id] = list(rows(logs[run_id]))
shutil.rmtree(os.path.join(HERE, "wandb"))
exported(histories)


def plain(value):
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def numbers(row):
    return {key: plain(value) for key, value in dotted(row).items() if isinstance(value, (int, float))}


expected = {
    run_id: {"records": sum(1 for _ in records(path)), "rows": [numbers(row) for row in histories[run_id]]}
    for run_id, path in logs.items()
}
with open(os.path.join(HERE, "expected.json"), "w") as file:
    json.dump(expected, file, indent=1)
    file.write("\n")
