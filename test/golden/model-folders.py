"""Writes test/golden/model-folders/: a tiny random Llama as transformers saves it (bfloat16 in shards, float16, float32),
and in digests.json the SHA-256 of each tensor's values as torch turns them into float32.

python3 -m venv /tmp/golden && /tmp/golden/bin/pip install torch transformers
/tmp/golden/bin/python test/golden/model-folders.py [FOLDER-WRITTEN-BY-CREDENCE]

With a folder, it also loads that one, says what it holds, and runs it.
"""
import copy
import hashlib
import json
import shutil
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path = [path for path in sys.path if path != str(FOLDER)]  # statistics.py here is not Python's

import torch
import transformers
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM

HERE = FOLDER / "model-folders"
TYPES = {"bfloat16": "4KB", "float16": "5GB", "float32": "5GB"}

if len(sys.argv) > 1:
    loaded, told = AutoModelForCausalLM.from_pretrained(sys.argv[1], output_loading_info=True)
    logits = loaded(torch.tensor([[1, 2, 3]])).logits
    print({key: sorted(names) for key, names in told.items() if names} or "every tensor found its place")
    print(next(loaded.parameters()).dtype, tuple(logits.shape), logits[0, -1, :4].tolist())
    sys.exit()

torch.manual_seed(1)
config = LlamaConfig(
    vocab_size=40, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2,
    num_key_value_heads=1, max_position_embeddings=32, tie_word_embeddings=False,
)
model = LlamaForCausalLM(config)
with torch.no_grad():
    # What rounding finds hard: huge, tiny, below the normal range, negative zero.
    row = model.model.embed_tokens.weight[0]
    row[:8] = torch.tensor([65504.0, 6e-8, 3e-5, -0.0, 1.0 + 2.0**-8, 1.0 + 3 * 2.0**-8, -1e-7, 0.1])

shutil.rmtree(HERE, ignore_errors=True)
digests = {"library": f"transformers {transformers.__version__}, torch {torch.__version__}"}
for dtype, shard in TYPES.items():
    rounded = copy.deepcopy(model).to(getattr(torch, dtype))
    rounded.save_pretrained(HERE / dtype, max_shard_size=shard)
    digests[dtype] = {
        name: hashlib.sha256(tensor.float().contiguous().numpy().tobytes()).hexdigest()
        for name, tensor in rounded.state_dict().items()
    }
(HERE / "digests.json").write_text(json.dumps(digests, indent=1) + "\n")
