"""What the tests of deliveries share: their many faults are not printed."""

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs


@pytest.fixture(autouse=True)
def hushed() -> Iterator[None]:
    """What is logged is caught: a fault on purpose prints no traceback."""
    with capture_logs():
        yield
