"""The open corpus: right implementations in many styles, and mistakes planted in them.

A template is a Python file. Under a line of it stand the mistakes that may take its place::

    dhnext = np.dot(Whh.T, dhraw)
    #~ carry-not-transposed | hidden | dhnext = np.dot(Whh, dhraw)

with the name of the mistake, the tensors whose gradients become wrong (names, or a group defined
at the top: ``#: hidden Wxh Whh bh``), and the line itself. ``#+mean`` at the end of a line keeps
it only with that option, ``#-mean`` only without. VOCAB, HIDDEN, SEED and DTYPE are replaced.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Mistake:
    """A line in the place of another.

    Attributes:
        cause: its name.
        tensors: whose gradients it makes wrong, by the names in the template.
        line: the place of the line among the template's lines.
        replacement: what stands there instead.
    """

    cause: str
    tensors: frozenset[str]
    line: int
    replacement: str


@dataclass(frozen=True)
class Variant:
    """Sizes, precision and options of a file made from a template."""

    vocab: int = 5
    hidden: int = 7
    seed: int = 0
    dtype: str = "float64"
    options: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Case:
    """A file and what a check should say of it.

    Attributes:
        name: of template, variant and mistakes.
        entry: what to check in it.
        source: the file.
        wrong: the tensors with a wrong gradient; none where the file is right.
        causes: the names of the mistakes.
        lines: of the file, in which each of them stands.
    """

    name: str
    entry: str
    source: str
    wrong: frozenset[str]
    causes: tuple[str, ...]
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Template:
    """An implementation with the mistakes that may be made in it."""

    name: str
    entry: str
    options: frozenset[str]
    lines: tuple[str, ...]
    mistakes: tuple[Mistake, ...]

    def case(self, mistakes: tuple[Mistake, ...] = (), variant: Variant | None = None) -> Case:
        """The file with these mistakes in it."""
        variant = variant or Variant()
        by_line = {mistake.line: mistake.replacement for mistake in mistakes}
        lines = [by_line.get(place, line) for place, line in enumerate(self.lines)]
        kept = [_kept(line, variant) for line in lines]
        numbers = list(itertools.accumulate(line is not None for line in kept))
        source = "\n".join(line for line in kept if line is not None)
        for word in ("vocab", "hidden", "seed", "dtype"):
            source = re.sub(rf"\b{word.upper()}\b", str(getattr(variant, word)), source)
        causes = tuple(mistake.cause for mistake in mistakes)
        name = "-".join((self.name, *causes, *(str(by) for by in sorted(by_line))))
        wrong = frozenset().union(*(mistake.tensors for mistake in mistakes))
        at = tuple(numbers[mistake.line] for mistake in mistakes)
        return Case(name, self.entry, source + "\n", wrong, causes, at)


def templates() -> list[Template]:
    """All templates, by name."""
    return [_read(path) for path in sorted(TEMPLATES.glob("*.txt"))]


def right(variant: Variant | None = None) -> Iterator[Case]:
    """Every template without a mistake, in all combinations of its options."""
    variant = variant or Variant()
    for template in templates():
        for count in range(len(template.options) + 1):
            for options in itertools.combinations(sorted(template.options), count):
                yield template.case((), replace(variant, options=frozenset(options)))


def singles() -> Iterator[Case]:
    """Every mistake by itself."""
    for template in templates():
        for mistake in template.mistakes:
            yield template.case((mistake,))


def pairs(per_template: int, seed: int = 0) -> Iterator[Case]:
    """Pairs of mistakes on different lines, drawn evenly from each template."""
    draw = random.Random(seed)
    for template in templates():
        possible = [
            pair
            for pair in itertools.combinations(template.mistakes, 2)
            if pair[0].line != pair[1].line
        ]
        for pair in draw.sample(possible, min(per_template, len(possible))):
            yield template.case(pair)


def random_variant(draw: random.Random, options: frozenset[str]) -> Variant:
    """Sizes from 2 to 12, either precision, any seed, any of the options."""
    return Variant(
        vocab=draw.randint(3, 12),
        hidden=draw.randint(2, 12),
        seed=draw.randint(0, 10_000),
        dtype=draw.choice(("float64", "float64", "float32")),
        options=frozenset(option for option in sorted(options) if draw.random() < 0.5),
    )


def _kept(line: str, variant: Variant) -> str | None:
    """A line without its condition, or None where the condition does not hold."""
    match = re.fullmatch(r"(.*?)\s+#([+-])(\w+)", line)
    if match is None:
        return line
    is_wanted = match.group(2) == "+"
    return match.group(1) if (match.group(3) in variant.options) == is_wanted else None


def _read(path: Path) -> Template:
    groups: dict[str, list[str]] = {}
    entry, lines, mistakes = "", [], []
    options: set[str] = set()
    for line in path.read_text().splitlines():
        plain = line.strip()
        if plain.startswith("#: "):
            key, *names = plain[3:].split()
            if key == "entry":
                entry = names[0]
            else:
                groups[key] = names
        elif plain.startswith("#~ "):
            mistakes.append(_mistake(plain[3:], lines, groups))
        else:
            lines.append(line)
            options.update(re.findall(r"#[+-](\w+)$", line))
    return Template(path.stem, entry, frozenset(options), tuple(lines), tuple(mistakes))


def _mistake(text: str, lines: list[str], groups: dict[str, list[str]]) -> Mistake:
    cause, names, replacement = (part.strip() for part in text.split("|", 2))
    everything = [name for group in groups.values() for name in group]
    groups = {**groups, "all": everything}
    tensors = [tensor for name in names.split() for tensor in groups.get(name, [name])]
    line = lines[-1]
    indent = line[: len(line) - len(line.lstrip())]
    return Mistake(cause, frozenset(tensors), len(lines) - 1, indent + replacement)
