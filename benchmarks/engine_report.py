"""The engine's figures as tables."""

from __future__ import annotations

from typing import Any

from benchmarks.tables import micro, table, verdict

HEADS = (
    "contender", "per update", "times slower (quartiles)", "goal", "in CPU time", "cores",
    "difference",
)  # fmt: skip


def report(name: str, values: dict[str, Any]) -> str:
    """One row: a line for each contender, then the sgemm share and who is missing."""
    rows = [_line(contender, v) for contender, v in values["contenders"].items()]
    lines = [table(f"{name}: {values['size']}", HEADS, rows)]
    if "sgemm_share" in values:
        share, goal = values["sgemm_share"], values["sgemm_goal"]
        lines.append(
            f"matrix products at {100 * share:.0f} % of the sgemm rate of "
            f"{values['sgemm_gflops']:.0f} GFLOP/s (≥ {100 * goal:.0f} %: {verdict(share, goal)})"
        )
    lines += [f"without {name}: {reason}" for name, reason in values["skipped"].items()]
    return "\n\n".join(lines)


def _line(contender: str, v: dict[str, Any]) -> list[str]:
    goal, ours = v["goal"], contender == "rnn-tui train"
    slower = f"{v['times_slower']:.2f} ({v['quartiles'][0]:.2f} to {v['quartiles'][1]:.2f})"
    return [
        contender,
        micro(v["seconds_per_update"]),
        "" if ours else slower,
        f"≥ {goal:g}: {verdict(v['times_slower'], goal)}" if goal else "",
        "" if ours else f"{v['times_slower_processor']:.2f}",
        f"{v['cores']:.2f}",
        "" if v["difference"] is None else f"{v['difference']:.0e}",
    ]
