"""Writes test/golden/weights.json: a file as PyPI's safetensors writes it, and what it reads from ours.

python3 -m venv /tmp/golden && /tmp/golden/bin/pip install safetensors numpy
/tmp/golden/bin/python test/golden/weights.py [FILE-WRITTEN-BY-CREDENCE]

With a file, it also checks that the library reads our file and finds the same values.
"""
import base64
import json
import sys
from pathlib import Path

import numpy as np
import safetensors
from safetensors.numpy import load_file, save

TENSORS = {
    "a.weight": np.array([[1.5, -2.25, 3e-8], [0.1, np.finfo(np.float32).max, -0.0]], dtype=np.float32),
    "b.bias": np.zeros((0,), dtype=np.float32),
    "c.step": np.array(7, dtype=np.int32),
    "d.ids": np.array([-1, 2**31 - 1, -(2**31)], dtype=np.int32),
}
METADATA = {"config": '{"name":"Ḋ₁ᶜᵒⁿˢ"}'}

if len(sys.argv) > 1:
    found = load_file(sys.argv[1])
    assert found.keys() == TENSORS.keys()
    for name, tensor in TENSORS.items():
        assert found[name].dtype == tensor.dtype and np.array_equal(found[name], tensor), name
    with safetensors.safe_open(sys.argv[1], "np") as file:
        assert file.metadata() == METADATA
    print("our file reads back the same")

Path(__file__).with_name("weights.json").write_text(
    json.dumps(
        {
            "library": f"safetensors {safetensors.__version__}",
            "base64": base64.b64encode(save(TENSORS, METADATA)).decode(),
        },
        indent=1,
    )
    + "\n"
)
