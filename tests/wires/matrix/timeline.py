"""A room as it stands on a person's screen: edits applied, what was taken back gone, reactions beneath."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from tests.wires.matrix.line import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A reaction beneath a message: a button, if the bot put it there."""

    event_id: str
    key: str
    sender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A message as it is shown now; `content` is what counts after the latest of `edits`.

    `encrypted` messages come from a device that the person accepts. `edits` holds each edit's whole content,
    oldest first, so that what rings a phone can be looked at too.
    """

    event_id: str
    sender: str
    moment: int
    content: Json
    original: Json
    edits: tuple[Json, ...]
    encrypted: bool
    annotations: tuple[Annotation, ...]

    @property
    def body(self) -> str:
        """The plain text."""
        return str(self.content.get("body", ""))

    @property
    def formatted_body(self) -> str | None:
        """The HTML, if it is of the format that Matrix knows."""
        known = self.content.get("format") == "org.matrix.custom.html"
        return self.content.get("formatted_body") if known else None

    @property
    def msgtype(self) -> str:
        """`m.text` rings, `m.notice` does not."""
        return str(self.content.get("msgtype", ""))

    @property
    def edited(self) -> bool:
        """Whether "(edited)" stands beside it."""
        return bool(self.edits)

    @property
    def mentions(self) -> Json | None:
        """`m.mentions`; None if it is missing, which lets old push rules search the text."""
        return self.content.get("m.mentions")

    @property
    def thread_root(self) -> str | None:
        """The event under which it is shown, apart from the room."""
        relation = self.original.get("m.relates_to", {})
        return relation.get("event_id") if relation.get("rel_type") == "m.thread" else None

    @property
    def reply_to(self) -> str | None:
        """The event that it quotes."""
        answered = self.original.get("m.relates_to", {}).get("m.in_reply_to", {}).get("event_id")
        return None if answered is None else str(answered)

    @property
    def keys(self) -> list[str]:
        """The reactions beneath it, in their order, each once."""
        return list(dict.fromkeys(annotation.key for annotation in self.annotations))


@dataclass(slots=True, kw_only=True)
class Entry:
    """An event of the timeline: as it came, and once it could be read."""

    event: Json
    encrypted: bool
    problem: str | None = None


class Timeline:
    """The events of one room that the person has got, in their order."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._redacted: set[str] = set()

    def add(self, events: list[Json], *, before: bool = False) -> None:
        """Put events behind (or before) all others; what is there already stays where it is."""
        fresh = {}
        for event in events:
            if event["event_id"] in self._entries:
                continue
            encrypted = event["type"] == "m.room.encrypted"
            readable = not encrypted or not event["content"]
            fresh[event["event_id"]] = Entry(
                event=event, encrypted=encrypted, problem=None if readable else "not tried yet"
            )
            if event["type"] == "m.room.redaction":
                self._redacted.add(event.get("redacts") or event["content"].get("redacts", ""))
            if "redacted_because" in event.get("unsigned", {}):
                self._redacted.add(event["event_id"])
        self._entries = fresh | self._entries if before else self._entries | fresh

    def unreadable(self) -> list[Entry]:
        """What is encrypted and could not be read (yet), unless it was taken back."""
        return [entry for entry in self._present() if entry.problem is not None]

    def events(self, kind: str) -> list[Json]:
        """All readable events of a type, those that were taken back excepted."""
        return [entry.event for entry in self._present() if entry.event["type"] == kind]

    def is_redacted(self, event_id: str) -> bool:
        """Whether it was taken back."""
        return event_id in self._redacted

    def messages(self) -> list[Seen]:
        """What is shown, oldest first."""
        shown: dict[str, Entry] = {}
        edits: defaultdict[str, list[Entry]] = defaultdict(list)
        annotations: defaultdict[str, list[Annotation]] = defaultdict(list)
        for entry in self._present():
            event, relation = entry.event, _find_relation(entry.event)
            target = str(relation.get("event_id", ""))
            if event["type"] == "m.reaction" and relation.get("rel_type") == "m.annotation":
                found = Annotation(event_id=event["event_id"], key=relation["key"], sender=event["sender"])
                annotations[target].append(found)
            elif event["type"] == "m.room.message" and relation.get("rel_type") == "m.replace":
                edits[target].append(entry)
            elif event["type"] == "m.room.message":
                shown[event["event_id"]] = entry
        return [
            _show(entry, [edit for edit in edits[event_id] if _edits(edit, entry)], tuple(annotations[event_id]))
            for event_id, entry in shown.items()
        ]

    def _present(self) -> Iterator[Entry]:
        return (entry for event_id, entry in self._entries.items() if event_id not in self._redacted)


def _show(entry: Entry, edits: list[Entry], annotations: tuple[Annotation, ...]) -> Seen:
    event = entry.event
    return Seen(
        event_id=event["event_id"],
        sender=event["sender"],
        moment=event["origin_server_ts"],
        content=edits[-1].event["content"]["m.new_content"] if edits else event["content"],
        original=event["content"],
        edits=tuple(edit.event["content"] for edit in edits),
        encrypted=entry.encrypted,
        annotations=annotations,
    )


def _find_relation(event: Json) -> Json:
    relation: Json = event["content"].get("m.relates_to", {})
    return relation


def _edits(edit: Entry, target: Entry) -> bool:
    """Whether `edit` may replace `target`: of the same sender, and no less encrypted."""
    return (
        edit.event["sender"] == target.event["sender"]
        and (edit.encrypted or not target.encrypted)
        and "m.new_content" in edit.event["content"]
    )
