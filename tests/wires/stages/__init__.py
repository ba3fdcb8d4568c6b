"""Stages: the bot on one wire and its people, told in the same words whichever wire it is.

A journey needs no more than ``vocabulary``. A new wire is one more file here, and its name in the journeys' conftest.
"""

from tests.wires.stages.vocabulary import Button, LastingStage, Person, Shown, Stage

__all__ = ["Button", "LastingStage", "Person", "Shown", "Stage"]
