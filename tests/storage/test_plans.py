"""How SQLite finds parcels: by an index, whatever the size of the audience."""

from collections.abc import Iterator

import pytest

from bot.storage import outbox, parcels, recipients
from bot.storage.session import Statement
from tests.broadcast.hourglass import fresh_session

ASKED = {
    f"{module.__name__.rpartition('.')[2]}.{name}": statement
    for module in (outbox, parcels, recipients)
    for name in vars(module)
    if name.isupper() and not name.startswith("_")
    for statement in [vars(module)[name]]
}
WHOLE = {"outbox.HELD", "outbox.OVER", "recipients.AUDIENCE"}
"""May look at everything there is: few silences, and an audience that is counted through its own index."""


def statements() -> Iterator[tuple[str, Statement]]:
    """Each statement, those that exist in two forms both."""
    for name, found in ASKED.items():
        forms = found.values() if isinstance(found, dict) else (found,)
        for form in forms:
            for statement in form if isinstance(form, tuple) else (form,):
                if isinstance(statement, Statement):
                    yield name, statement


def plan(statement: Statement) -> list[str]:
    """What SQLite will do."""
    session, _ = fresh_session()
    words, _ = session._compile(statement)
    values = [1] * words.count("?")
    return [row[3] for row in session._connection.execute(f"EXPLAIN QUERY PLAN {words}", values)]


@pytest.mark.parametrize(("name", "statement"), list(statements()))
def test_no_question_grows_with_the_audience(name: str, statement: Statement) -> None:
    """Nothing is read from end to end, nothing is sorted, and open parcels are found by state and not by openness."""
    steps = plan(statement)
    scans = [step for step in steps if step.startswith("SCAN") and "anon" not in step]
    assert not scans or (name in WHOLE and all("COVERING" in step or "chat_holds" in step for step in scans))
    assert not [step for step in steps if "TEMP B-TREE" in step]
    for step in steps:
        assert "outbox_open" not in step or "(delivery=? AND state=? AND due" in step
