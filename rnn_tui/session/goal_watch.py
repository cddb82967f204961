"""Watches a run for its goal: each part of it ends training, or pauses the screen, once."""

from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.goals import NO_GOAL, Goal, Reached


class GoalWatch:
    """What is ahead of a run of its goal.

    Parts that its newest epoch has reached already are behind it.

    Attributes:
        ahead: the parts not reached yet.
        reached: the part that was reached last, if any.
        told: the same, a phrase.
    """

    def __init__(self, navigator: Navigator) -> None:
        self._navigator = navigator
        self.ahead = navigator.goal
        self.reached: Reached | None = None
        self.told = ""
        while self.ahead != (left := self._left()):
            self.ahead = left

    def _left(self) -> Goal:
        timeline = self._navigator.timeline
        return self.ahead.after(timeline.newest, self._part())

    def _part(self) -> Reached | None:
        """The part that the newest epoch has reached."""
        timeline = self._navigator.timeline
        best = None if self.ahead.patience is None else timeline.best_epoch
        return self.ahead.reached(timeline.nearest(timeline.newest), best)

    def aim(self, goal: Goal) -> None:
        """Run on from the newest epoch to a goal, all of it ahead; nowhere if it is reached."""
        navigator = self._navigator
        navigator.go_to(navigator.timeline.newest)
        navigator.run()
        self.ahead, self.reached, self.told = goal, None, ""
        self.look()

    def look(self) -> bool:
        """At the newest epoch, while running: whether a part of the goal is reached now.

        Then it rests, or where patience ended, goes back to the best epoch. Who is on the way to
        an epoch that was asked for is not held up.
        """
        navigator = self._navigator
        if self.ahead is NO_GOAL or navigator.epoch < navigator.timeline.newest:
            return False
        if not navigator.running:
            self.ahead = self.ahead.after(navigator.epoch)
            return False
        if (part := self._part()) is None:
            return False
        state, best = navigator.state, navigator.timeline.best_epoch
        self.reached, self.told = part, self.ahead.words(part, state, best)
        self.ahead = self.ahead.after(state.epoch, part)
        navigator.rest()
        if part == "patience" and best is not None:
            navigator.go_to(best)
        return True
