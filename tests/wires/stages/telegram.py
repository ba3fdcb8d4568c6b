"""The stage on Telegram's wire: the real program, and a Bot API server as strict as Telegram."""

from contextlib import AbstractContextManager
from pathlib import Path

from tests.wires.program import TOKEN, configure
from tests.wires.stages.service import Service
from tests.wires.stages.vocabulary import PATIENCE, Button, Shown
from tests.wires.telegram import Person, Seen, ThreadedBotApiServer


def _show(seen: Seen) -> Shown:
    buttons = [Button(label=each.label, command=each.data or each.url or "") for row in seen.buttons for each in row]
    return Shown(reference=str(seen.message_id), text=seen.text, buttons=tuple(buttons))


class TelegramPerson:
    """Somebody with Telegram; ``phone`` knows what only Telegram has."""

    def __init__(self, phone: Person) -> None:
        self.phone = phone

    def begins(self, payload: str = "") -> None:
        """Tap a link to the bot, and Start."""
        self.phone.follows(payload)

    def says(self, text: str) -> None:
        """Write exactly that."""
        self.phone.says(text)

    def types(self, command: str) -> None:
        """Write it behind a slash."""
        self.phone.says(f"/{command}")

    def presses(self, wanted: str) -> None:
        """Press it, on the newest message that has it."""
        self.phone.presses(wanted)

    def sees(self, text: str) -> Shown:
        """The next message or edit with that text."""
        return _show(self.phone.waits_here(text, PATIENCE))

    @property
    def screen(self) -> tuple[Shown, ...]:
        """What stands in the chat of the bot's."""
        return tuple(_show(seen) for seen in self.phone.sees if seen.from_bot)


class TelegramStage:
    """``folder`` is the program's; ``end`` ends it and the server."""

    name = "telegram"
    sigil = "/"

    def __init__(self, folder: Path) -> None:
        self.server = ThreadedBotApiServer(token=TOKEN)
        self._people: list[TelegramPerson] = []
        self.server.__enter__()
        try:
            self._service = Service(configure(folder, self.server.url))
        except BaseException:
            self.server.__exit__(None, None, None)
            raise

    def person(self, name: str, language_code: str | None = None) -> TelegramPerson:
        """Somebody whose app reports that language."""
        somebody = TelegramPerson(self.server.person(first_name=name.title(), language_code=language_code))
        self._people.append(somebody)
        return somebody

    def resting(self) -> AbstractContextManager[None]:
        """Within, the program is down; Telegram keeps what people do."""
        return self._service.resting()

    def clear(self) -> None:
        """Every press was answered, nothing broke Telegram's rules, and nothing went wrong inside."""
        people, self._people = self._people, []
        with self.server.world.changed:
            answered = self.server.world.changed.wait_for(
                lambda: all(somebody.phone.spinning == 0 for somebody in people), PATIENCE
            )
        assert answered, "a press was never answered"
        broken = self.server.broken_rules()
        self.server.ledger.forget()
        assert broken == []
        assert self._service.complaints() == []

    def end(self) -> None:
        """The program first, then the server."""
        try:
            self._service.end()
        finally:
            self.server.__exit__(None, None, None)
