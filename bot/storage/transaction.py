"""One transaction's questions, gathered from the tables' modules."""

from bot.ports import Clock
from bot.storage.approvals import StoredApprovals
from bot.storage.audit import StoredAudit
from bot.storage.chats import StoredChats
from bot.storage.hours import hour_of
from bot.storage.inbox import StoredInbox
from bot.storage.letters import StoredLetters
from bot.storage.moderators import StoredModerators
from bot.storage.notes import StoredNotes
from bot.storage.outbox import StoredOutbox
from bot.storage.posts import StoredPosts
from bot.storage.seal import Sealer
from bot.storage.sent import StoredSent
from bot.storage.session import Session


class Transaction:
    """What a work gets to ask by. Of no use once the work has returned."""

    def __init__(self, session: Session, sealer: Sealer, clock: Clock) -> None:
        moment = clock.now()
        hour, now = hour_of(moment), int(moment.timestamp())
        self.chats = StoredChats(session, sealer, hour)
        self.inbox = StoredInbox(session, sealer, hour)
        self.sent = StoredSent(session, sealer, hour)
        self.notes = StoredNotes(session, sealer)
        self.posts = StoredPosts(session, sealer)
        self.approvals = StoredApprovals(session, sealer)
        self.outbox = StoredOutbox(session, sealer, self.chats)
        self.moderators = StoredModerators(session, sealer)
        self.letters = StoredLetters(session, sealer)
        self.audit = StoredAudit(session, sealer, now)
