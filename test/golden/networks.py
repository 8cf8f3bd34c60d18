"""Outputs, loss, gradients and ten AdamW steps of a tiny ConvNeXt V2 (Hugging Face's) and an MLP, by PyTorch.

Run like models.py; writes convnext-*.json and mlp.json beside itself. Filters are (out, in, height, width), linear
weights (out, in), as PyTorch has them.
"""

import json

from models import HERE, array  # first: it mends the import path

import torch
from torch.nn import functional as F
from transformers import ConvNextV2Config, ConvNextV2ForImageClassification, get_linear_schedule_with_warmup

STEPS, WARMUP, CLIP, PEAK = 10, 3, 1.0, 3e-3
ADAMW = dict(name="adamw", beta2=0.99, eps=1e-6, weight_decay=0.1, clip_norm=CLIP)
BATCH = 3


def adamw(model):
    """Decay on matrices and filters only: biases, LayerNorm and response normalisation are left out."""
    squeezed = lambda p: p.squeeze().ndim
    groups = [
        dict(params=[p for p in model.parameters() if squeezed(p) >= 2], weight_decay=ADAMW["weight_decay"]),
        dict(params=[p for p in model.parameters() if squeezed(p) < 2], weight_decay=0.0),
    ]
    return torch.optim.AdamW(groups, lr=PEAK, betas=(0.9, ADAMW["beta2"]), eps=ADAMW["eps"])


def randomise(model):
    """Weights large enough that nothing is nearly linear; biases, norms and response normalisation not trivial."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn_like(parameter)
            is_norm = "layernorm" in name or "downsampling_layer.0" in name
            parameter.copy_(1 + 0.2 * noise if is_norm and name.endswith("weight") else 0.3 * noise)


def convnext(sizes, config):
    return ConvNextV2ForImageClassification(
        ConvNextV2Config(
            num_channels=sizes["channels"],
            patch_size=config["patch_size"],
            num_stages=len(config["depths"]),
            hidden_sizes=config["hidden_sizes"],
            depths=config["depths"],
            layer_norm_eps=1e-6,
            num_labels=sizes["outputs"] * sizes["classes"],
        )
    ).float().train()


def images(sizes):
    answers = BATCH * sizes["outputs"]
    weights = torch.rand(answers)
    weights[1] = 0  # one that does not count
    return dict(
        images=torch.randn(BATCH, sizes["height"], sizes["width"], sizes["channels"]),
        labels=torch.randint(sizes["classes"], (answers,)),
        weights=weights,
    )


def classified(model, sizes, batch):
    logits = model(batch["images"].permute(0, 3, 1, 2)).logits.view(-1, sizes["classes"])
    losses = F.cross_entropy(logits, batch["labels"], reduction="none")
    return logits, (losses * batch["weights"]).sum() / batch["weights"].sum()


def perceptron(sizes, config):
    widths = [sizes["inputs"], *[config["hidden_size"]] * config["n_hidden_layers"], sizes["outputs"]]
    layers = [torch.nn.Linear(a, b) for a, b in zip(widths, widths[1:])]
    return torch.nn.ModuleDict({"layers": torch.nn.ModuleList(layers)})


def points(sizes):
    weights = torch.rand(BATCH, sizes["outputs"])
    weights[1] = 0
    shape = (BATCH, sizes["outputs"])
    return dict(inputs=torch.randn(BATCH, sizes["inputs"]), targets=torch.randn(shape), weights=weights)


def regressed(model, sizes, batch):
    x = batch["inputs"]
    for index, layer in enumerate(model["layers"]):
        x = layer(x if index == 0 else F.relu(x))
    return x, (batch["weights"] * (x - batch["targets"]) ** 2).sum() / batch["weights"].sum()


CASES = {
    # more places than channels
    "convnext-block": (
        (convnext, images, classified),
        dict(height=14, width=14, channels=1, outputs=2, classes=3),
        dict(architecture="convnext", patch_size=2, hidden_sizes=[8], depths=[1]),
    ),
    # halved from an odd number of rows; fewer places than channels in the end
    "convnext-stages": (
        (convnext, images, classified),
        dict(height=20, width=28, channels=2, outputs=4, classes=2),
        dict(architecture="convnext", patch_size=2, hidden_sizes=[4, 6, 8], depths=[1, 2, 1]),
    ),
    "mlp": (
        (perceptron, points, regressed),
        dict(inputs=7, outputs=3),
        dict(architecture="mlp", n_hidden_layers=2, hidden_size=9),
    ),
}


def named(model, value=lambda p: p):
    return {name: array(value(p)) for name, p in model.named_parameters()}


def steps(model, sizes, batch, loss_of):
    optimizer = adamw(model)
    schedule = get_linear_schedule_with_warmup(optimizer, WARMUP, STEPS)
    rates, losses, norms = [], [], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        _, loss = loss_of(model, sizes, batch)
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP).item())
        rates.append(schedule.get_last_lr()[0])
        losses.append(loss.item())
        optimizer.step()
        schedule.step()
    return dict(rates=rates, losses=losses, grad_norms=norms, weights=named(model))


def main():
    for seed, (name, ((make, draw, loss_of), sizes, config)) in enumerate(CASES.items()):
        torch.manual_seed(seed)
        model = make(sizes, config)
        randomise(model)
        batch = draw(sizes)
        outputs, loss = loss_of(model, sizes, batch)
        loss.backward()
        golden = {
            "torch": torch.__version__,
            "config": config,
            "sizes": sizes,
            "batch": {key: array(value) for key, value in batch.items()},
            "weights": named(model),
            "outputs": array(outputs),
            "loss": loss.item(),
            "gradients": named(model, lambda p: p.grad),
            "optimizer": ADAMW,
            "steps": steps(model, sizes, batch, loss_of),
        }
        (HERE / f"{name}.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
