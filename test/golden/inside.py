"""What lies inside the tiny models of pretrained.py: residual streams by PyTorch's hooks, gradients of single examples by
torch.func, and probes on saved activations by scikit-learn.

Run like models.py (with scikit-learn), after pretrained.py; writes inside.json beside itself.
"""

import json
import sys

from models import HERE, array, randomised  # first: it mends the import path

sys.path.append(str(HERE))  # last: statistics.py and tokenizers.py here are not the packages
from pretrained import BATCH, LENGTH, MODELS, VOCAB, inputs_of, logits_of

import numpy as np
import sklearn
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, cross_val_score

C, FOLDS, PROMPTS, TOKENS = 0.01, 5, 43, 3


def stacks(model):
    named = dict(encoder=model.encoder, decoder=model.decoder) if model.config.is_encoder_decoder else dict(blocks=model.base_model)
    block = lambda stack: next(getattr(stack, name) for name in ("h", "layers", "block") if hasattr(stack, name))
    return {name: block(stack) for name, stack in named.items()}


def residuals(model, run):
    """The stream before the first block and after each one, by TransformerLens's names."""
    kept, hooks = {}, []
    first = lambda value: value[0] if isinstance(value, tuple) else value
    for name, blocks in stacks(model).items():
        keep = lambda key: (lambda *given: kept.__setitem__(key, first(given[-1]).detach()))
        before = lambda module, args, kwargs, key=f"{name}.0.hook_resid_pre": kept.__setitem__(
            key, (args[0] if args else kwargs["hidden_states"]).detach()
        )
        hooks.append(blocks[0].register_forward_pre_hook(before, with_kwargs=True))
        hooks += [block.register_forward_hook(keep(f"{name}.{i}.hook_resid_post")) for i, block in enumerate(blocks)]
    with torch.no_grad():
        run()
    for hook in hooks:
        hook.remove()
    return kept


def example_gradients(model, tokens, inputs):
    """One flat gradient for each text, in an order of its own."""
    parameters = {name: value.detach() for name, value in model.named_parameters()}

    def loss(parameters, text, own):
        key = "decoder_input_ids" if own else "input_ids"
        logits = torch.func.functional_call(model, parameters, kwargs={**own, key: text[None]}).logits
        return torch.nn.functional.cross_entropy(logits[0, :-1], text[1:])

    own = lambda i: {name: value[i : i + 1] for name, value in inputs.items()}
    each = [torch.func.grad(loss)(parameters, text, own(i)) for i, text in enumerate(tokens)]
    return torch.stack([torch.cat([value.flatten() for value in one.values()]) for one in each]).double()


def of_model(name, seed):
    model = randomised(MODELS[name], seed)
    tokens = torch.randint(VOCAB, (BATCH, LENGTH), generator=torch.Generator().manual_seed(seed))
    inputs = inputs_of(model, seed)
    if inputs:
        tokens[:, 0] = model.config.decoder_start_token_id
    kept = residuals(model, lambda: logits_of(model, tokens, inputs))
    g = example_gradients(model, tokens, inputs)
    return dict(
        residuals={name: array(value) for name, value in kept.items()},
        products=(g @ g.T).tolist(),
        distances=torch.cdist(g, g).tolist(),
        l1=g.abs().sum(1).tolist(),
        linf=g.abs().amax(1).tolist(),
        variance=((g - g.mean(0)) ** 2).sum(1).mean().item(),
        mean_cosine=torch.nn.functional.cosine_similarity(g, g.mean(0, keepdim=True)).mean().item(),
    )


def probes():
    """Prompts that begin alike and whose second token leans to a class; activations at each layer and token."""
    model = randomised(MODELS["gpt2"], 7)
    random = torch.Generator().manual_seed(7)
    labels = torch.randint(2, (PROMPTS,), generator=random)
    prompts = torch.randint(VOCAB, (PROMPTS, TOKENS), generator=random)
    prompts[:, 0] = 3
    prompts[:, 1] = (prompts[:, 1] + 4 * labels) % 11
    kept = residuals(model, lambda: model(prompts))
    y = labels.numpy()

    def probe(x):
        fit = lambda **more: LogisticRegression(C=C, max_iter=100_000, **more).fit(x, y)
        exact, usual = fit(tol=1e-10), fit()
        equal = bool(np.all(x == x[0]))
        scores = cross_val_score(LogisticRegression(C=C, max_iter=100_000, tol=1e-10), x, y, cv=KFold(FOLDS))
        return dict(
            x=array(torch.from_numpy(x)),
            weights=exact.coef_[0].tolist(),
            intercept=exact.intercept_[0],
            usual_weights=usual.coef_[0].tolist(),
            usual_intercept=usual.intercept_[0],
            accuracy=0.5 if equal else scores.mean(),
        )

    maps = {name: [probe(value[:, at].double().numpy()) for at in range(TOKENS)] for name, value in kept.items()}
    return dict(c=C, folds=FOLDS, labels=y.tolist(), maps=maps)


def main():
    golden = {
        "torch": torch.__version__,
        "scikit-learn": sklearn.__version__,
        "models": {name: of_model(name, seed) for seed, name in enumerate(MODELS)},
        "probes": probes(),
    }
    (HERE / "inside.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
