"""Trains tiny models with Hugging Face's own Trainer into folders named as the authors' code names them.

`python3 -P test/golden/authors-folder.py` (PyPI torch, transformers, tensorboard, numpy) writes
`test/golden/authors-folder/NAME_two_stage/`: `first_stage_s0`, `s0_s2stage0` (src/experiment_pipeline.py of
krasheninnikov/internalization), each with `trainer_state.json` (`Trainer.save_state`) and `runs/…/events.out.tfevents…`
by its TensorBoardCallback, and `expected.json`: what TensorBoard's own reader finds in the event files, and what
`trainer.state.log_history` held in memory. Metrics are made up from the losses: what counts is how they are written.
"""

import glob
import json
import os
import shutil

import numpy as np
import torch
from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader
from tensorboard.util import tensor_util
from transformers import GPT2Config, GPT2LMHeadModel, Trainer, TrainingArguments, set_seed

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "authors-folder")
EXPERIMENT = os.path.join(HERE, "tiny_two_stage")
KEYS = ["d1consis", "d2consis", "qd1consis", "qd2incons", "ent_assoc_who_d1consis", "ent_assoc_meaning_d1consis"]
FILES = {}


class Rows(torch.utils.data.Dataset):
    def __init__(self, seed, rows):
        self.ids = torch.randint(0, 32, (rows, 6), generator=torch.Generator().manual_seed(seed))

    def __len__(self):
        return len(self.ids)

    def __getitem__(self, i):
        return {"input_ids": self.ids[i], "labels": self.ids[i]}


def metrics(prediction):
    right = prediction.predictions.argmax(-1)[:, :-1] == prediction.label_ids[:, 1:]
    return {"EM": float(right.mean()), "F1": float(np.sqrt(right.mean())), "accuracy": float(right.mean())}


def train(folder, seed, epochs):
    out = os.path.join(EXPERIMENT, folder)
    # Where TrainingArguments had `logging_dir` before transformers 5.
    os.environ["TENSORBOARD_LOGGING_DIR"] = os.path.join(out, "runs", "Jan01_00-00-00_host")
    arguments = TrainingArguments(
        output_dir=out,
        num_train_epochs=epochs,
        per_device_train_batch_size=8,
        learning_rate=1e-2,
        eval_strategy="epoch",
        logging_strategy="epoch",
        save_strategy="no",
        report_to=["tensorboard"],
        seed=seed,
        use_cpu=True,
        disable_tqdm=True,
    )
    set_seed(seed)
    model = GPT2LMHeadModel(GPT2Config(vocab_size=32, n_positions=8, n_embd=8, n_layer=1, n_head=1))
    evaluated = {key: Rows(100 * seed + i, 16) for i, key in enumerate(KEYS)}
    trainer = Trainer(
        model, arguments, train_dataset=Rows(seed, 24), eval_dataset=evaluated, compute_metrics=metrics
    )
    trainer.train()
    trainer.save_state()
    # The log as it was in memory, beside what the file says.
    FILES[folder] = {"log_history": trainer.state.log_history, "events": read(out)}


def read(out):
    (path,) = glob.glob(os.path.join(out, "**", "events.*"), recursive=True)
    found = []
    for event in LegacyEventFileLoader(path).Load():
        for value in event.summary.value:
            if value.HasField("simple_value"):
                number = value.simple_value
            elif value.HasField("tensor") and value.tensor.dtype == 1:
                number = float(tensor_util.make_ndarray(value.tensor))
            else:
                continue
            if value.tag.startswith("eval/") and value.tag.endswith(("_EM", "_F1", "_loss")):
                found.append({"tag": value.tag, "step": event.step, "value": number})
    return found


shutil.rmtree(HERE, ignore_errors=True)
for seed in [0, 1]:
    train(f"first_stage_s{seed}", seed, 3)
    train(f"s{seed}_s2stage0", seed, 2)
with open(os.path.join(HERE, "expected.json"), "w") as file:
    json.dump(FILES, file)
    file.write("\n")
