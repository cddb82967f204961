"""The settings, in the order in which they act on a gradient."""

from collections.abc import Mapping, Sequence

from rnn_tui.model.option import flag
from rnn_tui.model.parameters import Parameters, Tensor
from rnn_tui.training.optimizers.optimizer import Memory
from rnn_tui.training.settings.bptt import TruncatedBPTT
from rnn_tui.training.settings.clip import Clip
from rnn_tui.training.settings.clip_value import ClipValue
from rnn_tui.training.settings.hold import Hold
from rnn_tui.training.settings.learning_rate import LearningRate
from rnn_tui.training.settings.setting import Setting, Settings, Transform, Value

_ALL: tuple[Setting, ...] = (LearningRate(), TruncatedBPTT(), Hold(), ClipValue(), Clip())

SETTINGS: Mapping[str, Setting] = {setting.name: setting for setting in _ALL}


def default_settings() -> Settings:
    """Every setting at its default."""
    return {name: setting.default for name, setting in SETTINGS.items()}


def check_settings(values: Mapping[str, object], tensors: Sequence[Tensor]) -> Settings:
    """All settings in canonical form; those that are missing at their defaults.

    Raises:
        ValueError: with one line that names the setting and says what is allowed.
    """
    checked = {}
    for name, setting in SETTINGS.items():
        value = values.get(name, setting.default)
        try:
            checked[name] = setting.check(value, tensors)
        except ValueError as error:
            raise ValueError(f"{flag(name)} {value}: {error}") from None
    return checked


def transforms(settings: Settings, gradient: Parameters, parameters: Parameters) -> list[Transform]:
    """What the settings do to each gradient, in order."""
    made = (s.transform(settings[name], gradient, parameters) for name, s in SETTINGS.items())
    return [transform for transform in made if transform is not None]


def apply_settings(settings: Settings, parameters: Parameters, memory: Memory) -> None:
    """What the settings do to the weights, and to what the optimizer remembers, at once."""
    for numbers in (parameters, *map(parameters.with_flat, memory)):
        for name, setting in SETTINGS.items():
            setting.apply(settings[name], numbers)


def describe(name: str, value: Value) -> str:
    """A change in two or three words, such as ``lr 0.002`` or ``U = 0``."""
    return SETTINGS[name].describe(value) if name in SETTINGS else f"{value} = 0"
