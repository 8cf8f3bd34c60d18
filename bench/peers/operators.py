"""Where the time of a PyTorch run went, by operator, and how fast this machine multiplies."""
import time

import torch


def peak():
    """Multiplications and additions a second of a product of 1024 x 1024 matrices."""
    x = torch.rand(1024, 1024)
    times = []
    for _ in range(15):
        start = time.perf_counter()
        x @ x
        times.append(time.perf_counter() - start)
    return 2 * 1024**3 / min(times)


def operators_of(found, runs):
    """The time in each operator itself, in milliseconds of a run. found: a profile of so many runs"""
    operators = [
        {"operator": each.key, "ms": each.self_cpu_time_total / 1000 / runs, "calls": each.count / runs}
        for each in found.key_averages()
    ]
    return sorted(operators, key=lambda each: -each["ms"])
