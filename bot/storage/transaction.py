"""One transaction's questions, gathered from the tables' modules."""

from bot.ports import Clock
from bot.storage.chats import StoredChats
from bot.storage.hours import hour_of
from bot.storage.inbox import StoredInbox
from bot.storage.notes import StoredNotes
from bot.storage.seal import Sealer
from bot.storage.sent import StoredSent
from bot.storage.session import Session


class Transaction:
    """What a work gets to ask by. Of no use once the work has returned."""

    def __init__(self, session: Session, sealer: Sealer, clock: Clock) -> None:
        hour = hour_of(clock.now())
        self.chats = StoredChats(session, sealer, hour)
        self.inbox = StoredInbox(session, sealer, hour)
        self.sent = StoredSent(session, sealer, hour)
        self.notes = StoredNotes(session, sealer)
