"""What syncs leave to do beside them: keys, invitations, rooms to follow, to leave and to forget."""

from bot.platforms.matrix.client import Client
from bot.platforms.matrix.departures import Departures, Step, dismiss
from bot.platforms.matrix.happenings import UNREADABLE_AFTER
from bot.platforms.matrix.inbox import Inbox
from bot.platforms.matrix.invitations import Invitations
from bot.platforms.matrix.keys import Keyring
from bot.platforms.matrix.reception import Reception
from bot.platforms.matrix.successions import Successions
from bot.platforms.matrix.vault import Vault


class Chores:
    """Done after each sync, whichever client made it. All of it may be interrupted and begun again."""

    def __init__(
        self, vault: Vault, inbox: Inbox, invitations: Invitations, successions: Successions, departures: Departures
    ) -> None:
        self._vault = vault
        self._inbox = inbox
        self._invitations = invitations
        self._successions = successions
        self._departures = departures

    async def do(self, client: Client, keys: Keyring, reception: Reception) -> bool:
        """Do what is due; whether there is more already. Raises Unanswered, Declined and what the vault raises."""
        await keys.keep_up()
        await self._successions.settle(client, client.rooms.keys())
        expected = {succession.new for succession in self._successions.open()}
        more = await self._invitations.settle(client, expected)
        for room in reception.list_lonely():
            await dismiss(client, room, Step.LEAVE)
        await self._departures.settle(client)
        if reception.happenings.traces:
            reception.happenings.traces = False
            self._vault.wipe_traces()
        return more

    def next_due(self) -> float | None:
        """When the next of it is due that no sync would announce, in POSIX seconds."""
        sealed = self._inbox.earliest_sealed()
        told = sealed + UNREADABLE_AFTER.total_seconds() if sealed is not None else None
        moments = (told, self._successions.next_due(), self._departures.next_due())
        return min((moment for moment in moments if moment is not None), default=None)
