"""
Training steps on a task that Credence's benchmark wrote: same weights, same batches, same loss.

    python steps.py TASK_FOLDER --threads N [--compile] [--device cuda] [--mixed]

Prints one line of JSON with the losses of the first steps, then reads seconds from standard input, line by
line, trains for that long and prints {"steps": ..., "seconds": ...}.
"""
import argparse
import json
import sys
import time
from pathlib import Path

import numpy
import torch
from torch.nn import functional as F

import convnext
import model as transformer
from optimizer import create


def read_task(folder):
    task = json.loads((folder / "task.json").read_text())

    def array(name, dtype, *shape):
        return torch.from_numpy(numpy.fromfile(folder / name, dtype).reshape(shape).copy())

    batches = {}
    for name, spec in task["inputs"].items():
        is_int = spec["dtype"] == "int32"
        values = array(f"{name}.bin", "<i4" if is_int else "<f4", task["batches"], *spec["shape"])
        batches[name] = values.long() if is_int else values
    return task, array("parameters.bin", "<f4", -1), batches


def build(task, parameters):
    kind = convnext if task["model"]["architecture"] == "convnext" else transformer
    model = kind.Model(task["model"])
    kind.load(model, task["layout"], parameters)
    return model


def stepper(task, parameters, batches, compiled, device, mixed):
    model = build(task, parameters).to(device)
    batches = {name: values.to(device) for name, values in batches.items()}
    optimizer = create(model, task["optimizer"], task["lr"])

    def loss_of(labels, weights, **inputs):
        with torch.autocast(device, torch.bfloat16, enabled=mixed):
            logits = model(**inputs)
        losses = F.cross_entropy(logits.float(), labels, reduction="none")
        return (losses * weights).sum() / weights.sum()

    loss_function = torch.compile(loss_of) if compiled else loss_of
    state = {"step": 0}

    def step():
        index = state["step"] % task["batches"]
        state["step"] += 1
        optimizer.zero_grad(set_to_none=True)
        loss = loss_function(**{name: values[index] for name, values in batches.items()})
        loss.backward()
        if task["optimizer"]["clip_norm"] is not None:
            torch.nn.utils.clip_grad_norm_(model.parameters(), task["optimizer"]["clip_norm"])
        optimizer.step()
        return loss.item()

    return step


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("task", type=Path)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--mixed", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    task, parameters, batches = read_task(args.task)
    step = stepper(task, parameters, batches, args.compile, args.device, args.mixed)
    print(json.dumps({"losses": [step() for _ in range(task["compared_steps"])]}), flush=True)
    for line in sys.stdin:
        limit, start, steps = float(line), time.perf_counter(), 0
        while True:
            step()
            steps += 1
            seconds = time.perf_counter() - start
            if seconds >= limit:
                break
        print(json.dumps({"steps": steps, "seconds": seconds}), flush=True)


if __name__ == "__main__":
    main()
