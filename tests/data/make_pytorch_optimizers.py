"""Writes pytorch_optimizers.npz: parameters trained by torch.optim on given gradients.

Run by hand, with any Python that has PyTorch (made with 2.13.0); the tests only read the file.

    python tests/data/make_pytorch_optimizers.py

Clipping by norm is done by hand, exactly (limit / norm): PyTorch's clip_grad_norm_ divides by
norm + 1e-6.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch.optim import lr_scheduler

UPDATES = 50
KEPT_AFTER = (1, 2, 20, 50)
NUMBERS = 12  # the last is padding: parameter and gradients are 0
RATE = 0.05
WEIGHT_DECAYS = (0.0, 0.1)

OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "sgd": torch.optim.SGD,
    "momentum": partial(torch.optim.SGD, momentum=0.9),
    "nesterov": partial(torch.optim.SGD, momentum=0.9, nesterov=True),
    "rmsprop": partial(torch.optim.RMSprop, alpha=0.99, eps=1e-8),
    "adagrad": partial(torch.optim.Adagrad, eps=1e-10),
    "adam": partial(torch.optim.Adam, betas=(0.9, 0.999), eps=1e-8),
    "adamw": partial(torch.optim.AdamW, betas=(0.9, 0.999), eps=1e-8),
}
SCHEDULES: dict[str, Callable[..., lr_scheduler.LRScheduler]] = {
    "linear": partial(lr_scheduler.LinearLR, start_factor=1.0, end_factor=0.0, total_iters=UPDATES),
    "cosine": partial(lr_scheduler.CosineAnnealingLR, T_max=UPDATES),
    "step": partial(lr_scheduler.MultiStepLR, milestones=[25, 38], gamma=0.1),
    "warmup": partial(lr_scheduler.LinearLR, start_factor=1 / 10, total_iters=9),
}
CLIP = 1.0
CLIP_VALUE = 0.3
VARIANTS = ("plain", *SCHEDULES, "clip", "clip_value")


def trained(
    name: str, weight_decay: float, variant: str, initial: np.ndarray, gradients: np.ndarray
) -> list[np.ndarray]:
    parameters = torch.nn.Parameter(torch.tensor(initial))
    optimizer = OPTIMIZERS[name]([parameters], lr=RATE, weight_decay=weight_decay, foreach=False)
    schedule = SCHEDULES[variant](optimizer) if variant in SCHEDULES else None
    kept = []
    for number, gradient in enumerate(gradients, start=1):
        parameters.grad = torch.tensor(gradient)
        if variant == "clip" and (norm := parameters.grad.norm()) > CLIP:
            parameters.grad *= CLIP / norm
        if variant == "clip_value":
            torch.nn.utils.clip_grad_value_([parameters], CLIP_VALUE)
        optimizer.step()
        if schedule is not None:
            schedule.step()
        if number in KEPT_AFTER:
            kept.append(parameters.detach().numpy().copy())
    return kept


if __name__ == "__main__":
    generator = np.random.default_rng(0)
    initial = generator.standard_normal(NUMBERS)
    scales = 10 ** generator.uniform(-2, 0.5, (UPDATES, 1))
    gradients = scales * generator.standard_normal((UPDATES, NUMBERS))
    gradients[::5, 0] = 0
    initial[-1] = gradients[:, -1] = 0
    parameters = [
        [[trained(n, w, v, initial, gradients) for v in VARIANTS] for w in WEIGHT_DECAYS]
        for n in OPTIMIZERS
    ]
    np.savez_compressed(
        Path(__file__).with_name("pytorch_optimizers.npz"),
        optimizers=list(OPTIMIZERS), weight_decays=WEIGHT_DECAYS, variants=VARIANTS,
        kept_after=KEPT_AFTER, rate=RATE, clip=CLIP, clip_value=CLIP_VALUE, warmup=10,
        initial=initial, gradients=gradients, parameters=parameters,
    )  # fmt: skip
