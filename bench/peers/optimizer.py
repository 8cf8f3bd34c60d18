"""AdamW as torch has it, and Adafactor with the settings of Hugging Face's Trainer."""
import torch


class Adafactor(torch.optim.Optimizer):
    """arXiv 1804.04235, algorithms 4 and 5, with scale_parameter and relative_step off, no first moment."""

    def __init__(self, groups, decay_rate, clip_threshold, lr):
        super().__init__(groups, {"lr": lr, "decay_rate": decay_rate, "clip_threshold": clip_threshold})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                self.update(p, group)

    def update(self, p, group):
        state, g = self.state[p], p.grad
        factored = p.dim() == 2
        if not state:
            state["step"] = 0
            state["v"] = [g.new_zeros(n) for n in p.shape] if factored else [torch.zeros_like(p)]
        state["step"] += 1
        past = 1.0 - state["step"] ** group["decay_rate"]
        squares = g.square().add_(1e-30)
        if factored:
            rows, columns = state["v"]
            rows.mul_(past).add_(squares.mean(1), alpha=1 - past)
            columns.mul_(past).add_(squares.mean(0), alpha=1 - past)
            update = g * (rows / rows.mean()).rsqrt_().unsqueeze(1) * columns.rsqrt()
        else:
            state["v"][0].mul_(past).add_(squares, alpha=1 - past)
            update = g * state["v"][0].rsqrt()
        rms = update.norm(2) / update.numel() ** 0.5
        update.div_((rms / group["clip_threshold"]).clamp_(min=1.0))
        if group["weight_decay"]:
            p.mul_(1 - group["lr"] * group["weight_decay"])
        p.add_(update, alpha=-group["lr"])


def create(model, config, lr):
    """An optimiser of Credence's config section `training.optimizer`; biases and LayerNorm do not decay."""
    decay = config["weight_decay"]
    embeddings = [model.embedding.weight] if hasattr(model, "embedding") else []
    embedding = {"params": embeddings, "weight_decay": decay, "lr": lr * config["embedding_lr_multiplier"]}
    others = [p for p in model.parameters() if not any(p is e for e in embeddings)]
    matrices = {"params": [p for p in others if p.dim() > 1], "weight_decay": decay, "lr": lr}
    vectors = {"params": [p for p in others if p.dim() == 1], "weight_decay": 0.0, "lr": lr}
    groups = [group for group in (embedding, matrices, vectors) if group["params"]]
    if config["name"] == "adafactor":
        return Adafactor(groups, config["decay_rate"], config["clip_threshold"], lr)
    # The fused loop exists on the CPU since 2.4, foreach before.
    newest = tuple(int(n) for n in torch.__version__.split("+")[0].split(".")[:2] if n.isdigit()) >= (2, 4)
    kind = {"fused": True} if newest else {"foreach": True}
    betas = (config["beta1"], config["beta2"])
    return torch.optim.AdamW(groups, lr=lr, betas=betas, eps=config["eps"], **kind)
