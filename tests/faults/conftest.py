"""No program outlives its test."""

from collections.abc import Iterator

import pytest

from tests.wires.program import Program


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    """Whatever the test started is gone after it, also where the test failed."""
    yield
    Program.end_all()
