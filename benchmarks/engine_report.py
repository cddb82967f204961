"""The engine's figures as tables."""

from __future__ import annotations

from typing import Any

from benchmarks.tables import micro, table, verdict

HEADS = (
    "contender", "per update", "times slower (quartiles)", "goal", "in CPU time", "cores",
    "difference",
)  # fmt: skip


def report(name: str, values: dict[str, Any]) -> str:
    """One row: a line for each contender, then the trainer, the sgemm share, who is missing."""
    rows = [_line(contender, v) for contender, v in values["contenders"].items()]
    lines = [table(f"{name}: {values['size']}", HEADS, rows)]
    if "trainer_overhead" in values:
        lines.append(_overhead(values))
    if "sgemm_share" in values:
        share, goal = values["sgemm_share"], values["sgemm_goal"]
        lines.append(
            f"matrix products at {100 * share:.0f} % of the sgemm rate of "
            f"{values['sgemm_gflops']:.0f} GFLOP/s (≥ {100 * goal:.0f} %: {verdict(share, goal)})"
        )
    told = values["command_seconds_per_update"]
    lines.append(f"rnn-tui train --json, in a process of its own: {micro(told)} per update")
    lines += [f"without {name}: {reason}" for name, reason in values["skipped"].items()]
    return "\n\n".join(lines)


def _line(contender: str, v: dict[str, Any]) -> list[str]:
    goal, ours = v["goal"], contender == "rnn-tui train"
    slower = f"{v['times_slower']:.2f} ({v['quartiles'][0]:.2f} to {v['quartiles'][1]:.2f})"
    return [
        contender + (f" ({v['form']})" if v["form"] else ""),
        micro(v["seconds_per_update"]),
        "" if ours else slower,
        f"≥ {goal:g}: {verdict(v['times_slower'], goal)}" if goal else "",
        "" if ours else f"{v['times_slower_processor']:.2f}",
        f"{v['cores']:.2f}",
        "" if v["difference"] is None else f"{v['difference']:.0e}",
    ]


def _overhead(values: dict[str, Any]) -> str:
    trainer, train = values["trainer_overhead"], values["train_overhead"]
    text = (
        f"over the bare kernel: its trainer {100 * trainer:+.1f} %, "
        f"rnn-tui train, which keeps the run on disk, {100 * train:+.1f} %"
    )
    goal = values["overhead_goal"]
    if goal is None:
        return text
    return f"{text} (≤ {100 * goal:.0f} %: {'met' if train <= goal else 'NOT MET'})"
