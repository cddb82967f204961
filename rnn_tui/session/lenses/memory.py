"""What the network does with its memory, and how far what it learned reaches."""

from rnn_tui.session.lenses.lens import Scene
from rnn_tui.training.memory import Memory, MemoryProbe


def memory(scene: Scene) -> Memory:
    """A lens: the parameters shown, with their memory and without, on sequences of its own."""
    trainer = scene.trainer
    probe = scene.keep("memory", lambda: MemoryProbe(trainer.dataset, trainer.config))
    return scene.once(
        "memory", lambda: probe.look(scene.parameters, scene.evaluation(), scene.at_step)
    )
