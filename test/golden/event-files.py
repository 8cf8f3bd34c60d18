"""Writes small TensorBoard event files with PyTorch's own writer, and what TensorBoard's own reader finds in them.

`python3 test/golden/event-files.py` writes `test/golden/event-files/` (PyPI torch, tensorboard, numpy).
`scalars` are written as `simple_value`, `tensors` by `new_style=True` as summaries that hold a tensor.
"""

import glob
import json
import os
import shutil

import numpy as np
from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader
from tensorboard.util import tensor_util
from torch.utils.tensorboard import SummaryWriter

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "event-files")
TAGS = ["eval/d1consis_EM", "eval/d2consis_EM", "train/loss"]


def write(name, new_style):
    folder = os.path.join(HERE, "tmp")
    writer = SummaryWriter(folder, filename_suffix="." + name)
    for step in [0, 10, 2**33]:
        for i, tag in enumerate(TAGS):
            writer.add_scalar(tag, (step % 7 + i) / 9, step, new_style=new_style)
    writer.add_scalar("eval/d1consis_EM", float("nan"), -1, new_style=new_style)
    writer.add_text("notes", "no scalar", 3)
    writer.add_histogram("weights", np.arange(3.0), 3)
    writer.close()
    (written,) = glob.glob(os.path.join(folder, "events.*"))
    shutil.move(written, os.path.join(HERE, name + ".tfevents"))
    shutil.rmtree(folder)


def read(name):
    found = []
    for event in LegacyEventFileLoader(os.path.join(HERE, name + ".tfevents")).Load():
        for value in event.summary.value:
            if value.HasField("simple_value"):
                number = value.simple_value
            elif value.HasField("tensor") and value.tensor.dtype == 1:
                number = float(tensor_util.make_ndarray(value.tensor))
            else:
                continue
            found.append({"tag": value.tag, "step": event.step, "value": None if number != number else number})
    return found


os.makedirs(HERE, exist_ok=True)
write("scalars", False)
write("tensors", True)
golden = {name: read(name) for name in ["scalars", "tensors"]}
with open(os.path.join(HERE, "expected.json"), "w") as file:
    json.dump(golden, file, indent=1)
    file.write("\n")
