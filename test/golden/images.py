"""Writes images.json: pictures of the MNIST question-answer task, composed with NumPy from made-up digits, and
what NumPy writes at the beginning of a file of them.

Independent of the TypeScript code: digits are reduced by repeating every pixel until the sizes divide each other and
taking the mean of blocks; the tag, the grid and the mark are put together from whole arrays.

`python3 test/golden/images.py > test/golden/images.json` (NumPy).
"""

import io
import json
import math

import numpy as np

random = np.random.default_rng(20231023)
DIGITS = random.integers(0, 256, (12, 28, 28), dtype=np.uint8)
# grid, side of a cell, columns and rows of a tag's blocks
SHAPES = [(2, 14, 7, 2), (3, 28, 8, 1), (2, 12, 5, 2), (4, 7, 6, 3)]


def reduced(digit, side):
    common = math.lcm(28, side)
    fine = np.kron(digit.astype(float), np.ones((common // 28, common // 28)))
    block = common // side
    return np.floor(fine.reshape(side, block, side, block).mean(axis=(1, 3)) + 0.5).astype(np.uint8)


def picture(shape, chosen, tag, marked):
    grid, side, columns, rows = shape
    cells = [reduced(DIGITS[i], side) for i in chosen]
    if marked is not None:
        frame = 2 if side >= 20 else 1
        inner = cells[marked][frame : side - frame, frame : side - frame]
        cells[marked] = np.pad(inner, frame, constant_values=255)
    below = np.block([cells[row * grid : (row + 1) * grid] for row in range(grid)])
    block = grid * side // columns
    band = np.zeros((rows * block, grid * side), np.uint8)
    if tag is not None:
        blocks = np.array([int(bit) for bit in tag]).reshape(rows, columns)
        band[:, : columns * block] = np.kron(blocks, np.full((block, block), 255))
    return np.vstack([band, below])


def scene(shape, kind):
    grid, _, columns, rows = shape
    chosen = random.integers(0, len(DIGITS), grid * grid).tolist()
    tag = "".join(str(bit) for bit in random.integers(0, 2, columns * rows)) if kind == "definition" else None
    marked = int(random.integers(0, grid * grid)) if kind == "question" else None
    drawn = picture(shape, chosen, tag, marked)
    return {"chosen": chosen, "tag": tag, "marked": marked, "size": list(drawn.shape), "picture": drawn.tobytes().hex()}


cases = [
    {"shape": shape, "scenes": [scene(shape, kind) for kind in ("definition", "question", "grid")]} for shape in SHAPES
]


def npy_header(shape):
    file = io.BytesIO()
    np.save(file, np.zeros(shape, np.uint8))
    return file.getvalue()[10 : -math.prod(shape)].decode("latin1").strip()


headers = [{"shape": shape, "header": npy_header(shape)} for shape in ([3, 4, 5], [7], [1000, 36, 28])]
print(json.dumps({"headers": headers, "digits": DIGITS.tobytes().hex(), "cases": cases}))
