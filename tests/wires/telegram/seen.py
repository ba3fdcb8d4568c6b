"""What people see on their phones."""

from dataclasses import dataclass, field

from tests.wires.telegram.answers import Json
from tests.wires.telegram.entities import cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button as it can be pressed: its label, and either its data or its link."""

    label: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A styled run: its type, the words it covers, and where a link leads."""

    type: str
    offset: int
    length: int
    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A message at one moment; a later edit is another Seen of the same ``message_id``."""

    message_id: int
    text: str
    entities: tuple[Entity, ...]
    buttons: list[list[Button]]
    edits: int
    from_bot: bool
    silent: bool
    thread: int | None
    reply_to: int | None
    raw: Json = field(repr=False, compare=False)

    def styled(self, kind: str) -> list[str]:
        """The runs of words in that style, in order."""
        return [entity.text for entity in self.entities if entity.type == kind]

    def button(self, wanted: str) -> Button | None:
        """The button with that label or data, else the first whose label begins so."""
        every = [button for row in self.buttons for button in row]
        exact = [button for button in every if wanted in {button.label, button.data}]
        close = [button for button in every if button.label.startswith(wanted)] if wanted else []
        return next(iter(exact + close), None)

    def render(self) -> str:
        """Readable text: who speaks, the words, a line per row of buttons."""
        marks = " (edited)" if self.edits else ""
        lines = [f"{'bot' if self.from_bot else 'person'}{marks}:", *self.text.splitlines()]
        lines += [" ".join(f"[{button.label}]" for button in row) for row in self.buttons]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Toast:
    """The answer to a press: the line that pops up (None: only the spinner ends), and whether it is a dialogue."""

    text: str | None
    alert: bool


def show(raw: Json, *, edits: int, mine: bool, silent: bool) -> Seen:
    """A message's JSON as a person sees it."""
    text = raw.get("text") or raw.get("caption") or ""
    entities = raw.get("entities") or raw.get("caption_entities") or []
    markup = raw.get("reply_markup") or {}
    return Seen(
        message_id=raw["message_id"],
        text=text,
        entities=tuple(
            Entity(
                type=entity["type"],
                offset=entity["offset"],
                length=entity["length"],
                text=cut(text, entity["offset"], entity["length"]),
                url=entity.get("url"),
            )
            for entity in entities
        ),
        buttons=[
            [Button(label=each["text"], data=each.get("callback_data"), url=each.get("url")) for each in row]
            for row in markup.get("inline_keyboard", [])
        ],
        edits=edits,
        from_bot=mine,
        silent=silent,
        thread=raw.get("message_thread_id"),
        reply_to=(raw.get("reply_to_message") or {}).get("message_id"),
        raw=raw,
    )
