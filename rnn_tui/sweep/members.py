"""The runs of a plan: what each trains, and what it is called."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rnn_tui.tasks.registry import OWN_DATA
from rnn_tui.training.config import Config
from rnn_tui.training.goals import Goal

_KINDS = ("task", "cell", "optimizer")
_DIGITS = 12
"""Hexadecimal, of the digest in a name: no two of a few million runs share them."""


@dataclass(frozen=True)
class Combination:
    """What the runs of a plan share that differ in their seed alone.

    Attributes:
        config: with any seed.
        options: the same as plain values; see `Config.to_json`.
        identity: what names them; see `identity_of`.
    """

    config: Config
    options: Mapping[str, Any]
    identity: Mapping[str, Any]

    @classmethod
    def of(cls, config: Config) -> Combination:
        """The runs that have this configuration but for the seed."""
        options = config.to_json()
        return cls(config, options, identity_of(config, options))


@dataclass(frozen=True)
class Member:
    """One run of a plan.

    Attributes:
        id: the name under which it is kept; the same configuration has the same everywhere.
        values: those of the options in the grid, by name.
        goal: how far it is trained.
        combination: the rest of what it trains.
        seed: of its weights and sequences.
    """

    id: str
    values: Mapping[str, Any]
    goal: Goal
    combination: Combination
    seed: int

    @property
    def config(self) -> Config:
        """What is trained; own data without what stands in the file."""
        return replace(self.combination.config, seed=self.seed)

    @property
    def options(self) -> dict[str, Any]:
        """The configuration as plain values."""
        return {**self.combination.options, "seed": self.seed}


def identity_of(config: Config, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """What makes a run this one, apart from its seed: the options that are not at their defaults.

    So a new option of a later version renames nothing. Own data counts by its content, wherever
    it is. Epochs count only for a schedule, whose rates depend on them.
    """
    usual = config.usual.to_json()
    kinds = {kind: options[kind] for kind in _KINDS}
    apart = {"seed", "file", *OWN_DATA}
    changed = {n: v for n, v in options.items() if n not in apart and v != usual[n]}
    data = {} if config.file is None else {"sha256": config.file.sha256}
    return changed | kinds | data


def name_of(identity: Mapping[str, Any], seed: int) -> str:
    """Such as ``sweep-echo-seed3-0123456789ab``."""
    text = json.dumps({**identity, "seed": seed}, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
    return f"sweep-{re.sub(r'[^a-z0-9-]', '-', str(identity['task']))}-seed{seed}-{digest}"


def name_of_config(config: Config) -> str:
    """What the run of a configuration is called in a sweep."""
    return name_of(identity_of(config, config.to_json()), config.seed)
