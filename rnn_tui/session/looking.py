"""Where one looks at a run, and what was seen there last."""

from contextlib import AbstractContextManager, nullcontext

from rnn_tui.model.interruption import AtStep
from rnn_tui.session import commands as c
from rnn_tui.session.cursor import Cursor
from rnn_tui.session.lenses.lens import Lens, Scene
from rnn_tui.session.observer import observe, observe_again
from rnn_tui.session.snapshot import Observation
from rnn_tui.timeline.navigator import Navigator


class Looking:
    """Observes a run anew when there is something new to see.

    Args:
        navigator: where the run is.

    Attributes:
        lenses: what to observe besides what every observation has.
        cursor: the sequence and the time step looked at.
        scene: what is remembered of the run and of the state observed last.
        last: the last observation; None if there is none yet.
    """

    def __init__(self, navigator: Navigator) -> None:
        self.lenses: frozenset[Lens] = frozenset()
        self.turn_to(navigator)

    def turn_to(self, navigator: Navigator) -> None:
        """Look at another run, from the beginning."""
        self._navigator, self.scene = navigator, Scene(navigator)
        self.cursor = Cursor(self.scene.trainer.dataset.training)
        self.last: Observation | None = None
        self._state = navigator.state  # of the last observation
        self._is_outdated = True  # though the state may be the same
        self._has_moved = True  # since the last observation, by a command

    @property
    def is_current(self) -> bool:
        """Whether all that is wanted of the present state has been observed."""
        return not self._is_outdated and self._state is self._navigator.state

    def outdate(self, *, moved: bool = False) -> None:
        """Something else is to be seen, even of the same state.

        Args:
            moved: because the run was moved or changed, not only because somebody looks otherwise.
        """
        self._is_outdated = True
        self._has_moved |= moved

    def move(self, command: c.Command) -> str | None:
        """Move the cursor; what to tell the user, if anything."""
        with self._held():
            return self.cursor.move(command, self.scene)

    def look(self, at_step: AtStep | None = None) -> Observation:
        """Observe this moment; what ``at_step`` raises leaves the last observation.

        Who asks to look otherwise while training runs on is shown another side of the state that
        is on the screen: that is quick, and what else is drawn stays.
        """
        sight = self.scene, self.lenses, *self.cursor.place, at_step
        if self.last is not None and self._is_outdated and self._runs_on:
            with self._held():
                self.last = observe_again(self.last, *sight)
        else:
            self.last = observe(*sight)
            self._state = self._navigator.state
        self._is_outdated = self._has_moved = False
        return self.last

    @property
    def _runs_on(self) -> bool:
        """Whether training has done nothing since the last observation but go on."""
        return self._navigator.running and not self._has_moved

    def _held(self) -> AbstractContextManager[None]:
        """Shows the state that is on the screen, though training has gone on since."""
        return self.scene.held_at(self._state) if self._runs_on else nullcontext()
