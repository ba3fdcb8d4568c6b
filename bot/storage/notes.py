"""Small durable facts of the program's own, each under a name."""

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from bot.storage.seal import Sealer
from bot.storage.session import Session
from bot.storage.tables import NOTES

GET = select(NOTES.c.value).where(NOTES.c.name == bindparam("note"))
PUT = insert(NOTES).values(name=bindparam("note"), value=bindparam("sealed"))
PUT = PUT.on_conflict_do_update(index_elements=[NOTES.c.name], set_={"value": PUT.excluded.value})
DROP = delete(NOTES).where(NOTES.c.name == bindparam("note"))


class StoredNotes:
    """The notes, as one transaction sees them."""

    def __init__(self, session: Session, sealer: Sealer) -> None:
        self._session = session
        self._sealer = sealer

    def get(self, name: str) -> str | None:
        """The fact, or None where nothing was noted."""
        row = self._session.one(GET, note=name)
        return self._sealer.open("note", row[0], bound=name.encode()).decode() if row else None

    def put(self, name: str, value: str | None) -> None:
        """Note the fact in place of an earlier one; None takes the note away."""
        if value is None:
            self._session.run(DROP, note=name)
        else:
            self._session.run(PUT, note=name, sealed=self._sealer.seal("note", value.encode(), bound=name.encode()))
