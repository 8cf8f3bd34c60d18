"""Trains tiny networks with Lightning into folders laid out as the authors' toy regression lays out its results.

`python3 -P test/golden/toy-runs.py` (PyPI torch, pytorch-lightning, tensorboard, numpy) writes
`test/golden/toy-runs/toy_exp_tiny/`: per seed `seed_N/version_0/` with what Lightning's TensorBoardLogger writes, and
`results.json`, all modelled on src/toy_example/train_script.py of krasheninnikov/internalization: four test sets in one
order, logged as `val_loss I`, to which Lightning adds its own ending; means, deviations and p-values over seeds in one
object. `expected.json` is what Lightning held in memory after each epoch. Data are noise: what counts is how it is
written.
"""

import json
import os
import shutil

import numpy as np
import pytorch_lightning as pl
import torch
from torch.utils.data import DataLoader, TensorDataset

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "toy-runs")
EXPERIMENT = os.path.join(HERE, "toy_exp_tiny")
SUBSETS = ["d1consis", "d2consis", "qd1consis", "qd2incons"]


class Network(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 2)

    def error(self, batch):
        x, y = batch
        return torch.nn.functional.mse_loss(self.layer(x), y)

    def training_step(self, batch, index):
        loss = self.error(batch)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch, index, dataloader_idx):
        self.log(f"val_loss {dataloader_idx}", self.error(batch))

    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=1e-2)


class Remember(pl.Callback):
    def __init__(self):
        self.epochs = []

    def on_validation_epoch_end(self, trainer, module):
        if trainer.sanity_checking:
            return
        found = {
            name: float(trainer.callback_metrics[f"val_loss {i}/dataloader_idx_{i}"])
            for i, name in enumerate(SUBSETS)
        }
        self.epochs.append({"epoch": trainer.current_epoch + 1, **found})


def rows(count):
    return TensorDataset(torch.randn(count, 4), torch.randn(count, 2))


def train(seed):
    pl.seed_everything(seed)
    tests = {name: DataLoader(rows(16), batch_size=8) for name in SUBSETS}
    remember = Remember()
    trainer = pl.Trainer(
        deterministic=True,
        max_epochs=3,
        accelerator="cpu",
        enable_progress_bar=False,
        enable_checkpointing=False,
        callbacks=[remember],
        logger=pl.loggers.TensorBoardLogger(EXPERIMENT, name=f"seed_{seed}"),
    )
    trainer.fit(Network(), DataLoader(rows(480), batch_size=8), val_dataloaders=tests)
    return remember.epochs


shutil.rmtree(HERE, ignore_errors=True)
os.makedirs(EXPERIMENT)
found = {seed: train(seed) for seed in [0, 1]}
last = {name: [epochs[-1][name] for epochs in found.values()] for name in SUBSETS}
summary = {name: {"mean": np.mean(values), "std": np.std(values)} for name, values in last.items()}
results = {"n_seeds": len(found), **summary, "p_d1consis_d2consis": 0.5, "p_qd1consis_qd2incons": 0.5}
for name, content in [("toy_exp_tiny/results.json", results), ("expected.json", found)]:
    with open(os.path.join(HERE, name), "w") as file:
        json.dump(content, file)
