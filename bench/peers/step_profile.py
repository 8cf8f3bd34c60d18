"""
Where the time of PyTorch's training steps goes, on a task that Credence's benchmark wrote (see steps.py).

    python step_profile.py TASK_FOLDER --threads N --steps N

Prints one line of JSON: milliseconds of a step without the profiler, the time in each operator itself, and how fast a
product of 1024 x 1024 matrices is.
"""
import argparse
import json
import time
from pathlib import Path

import torch
from torch.profiler import ProfilerActivity, profile

from operators import operators_of, peak
from steps import read_task, stepper


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("task", type=Path)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--steps", type=int, required=True)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    step = stepper(*read_task(args.task), compiled=False, device="cpu", mixed=False)
    for _ in range(3):
        step()
    start = time.perf_counter()
    for _ in range(args.steps):
        step()
    ms = 1000 * (time.perf_counter() - start) / args.steps
    with profile(activities=[ProfilerActivity.CPU]) as found:
        for _ in range(args.steps):
            step()
    operators = operators_of(found, args.steps)
    print(json.dumps({"ms": ms, "operators": operators, "peak": peak()}))


if __name__ == "__main__":
    main()
