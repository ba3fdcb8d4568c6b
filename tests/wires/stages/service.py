"""The program behind a stage, running for as long as the stage stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.wires.program import Program


class Service:
    """``solidarity-bot run`` on one configuration and store, through any number of rests."""

    def __init__(self, config: Path) -> None:
        self._config = config
        self._told = 0
        self._program = self._start()

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Within, it has ended in order; afterwards it is ready again."""
        assert self._program.stop() == 0
        try:
            yield
        finally:
            self._program = self._start()

    def complaints(self) -> list[dict[str, Any]]:
        """Errors that this run has logged since it was last asked; also that it has ended, where it should not."""
        ended = self._program.process.poll()
        lines = self._program.lines()
        errors = [line for line in lines[self._told :] if line["level"] in {"error", "critical"}]
        self._told = len(lines)
        return errors if ended is None else [*errors, {"ended": ended}]

    def end(self) -> None:
        """End it for good, in order."""
        assert self._program.stop() == 0

    def _start(self) -> Program:
        self._told = 0
        program = Program(self._config, shared=True)
        try:
            return program.wait_ready()
        except BaseException:
            program.kill()
            raise
