"""YAML without its traps, as a tree that knows the line of everything.

Built from the parser's events, so that what is refused is never expanded: aliases, anchors, tags, duplicate keys, keys
that are not text, nesting over 20, more than 2,000 nodes, several documents. A plain scalar that YAML reads as
anything but text (``no``, ``0123``, ``2026-12-10``) keeps what was typed and is marked as no text.
"""

from dataclasses import dataclass, field
from typing import Any

import yaml

from bot.errors import Complaint

DEPTH = 20
NODES = 2_000
"""Many times what any real file holds; a file of 256 KiB can hold enough nodes to be slow."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER = yaml.resolver.Resolver()
_KINDS = {
    "bool": "a truth value",
    "int": "a number",
    "float": "a number",
    "timestamp": "a date",
    "null": "nothing",
    "merge": "a merge of mappings",
    "value": "a default value",
}


@dataclass(slots=True)
class Scalar:
    """What was typed. ``kind`` says in words what YAML takes it for; None is text."""

    line: int
    value: str
    kind: str | None = None

    @property
    def missing(self) -> bool:
        """Written as null, ``~`` or not at all."""
        return self.kind == _KINDS["null"]


@dataclass(slots=True)
class Listing:
    """A list of nodes."""

    line: int
    items: "list[Node]" = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """Keys and their nodes, and the line of each key. Of a key written twice the first stays."""

    line: int
    entries: "dict[str, Node]" = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


Node = Scalar | Listing | Table


class _Tree:
    """The tree in the making: containers still open, and for each table the key that awaits its value."""

    def __init__(self, complain: "Complain") -> None:
        self.complain = complain
        self.root: Node | None = None
        self.open: list[Listing | Table] = []
        self.keys: list[tuple[str | None, int] | None] = []
        self.nodes = 0

    def place(self, node: Node) -> None:
        """Hang the node where it belongs: as the root, an item, a key, or a key's value."""
        self.nodes += 1
        if not self.open:
            self.root = node
            return
        container = self.open[-1]
        if isinstance(container, Listing):
            container.items.append(node)
        elif (key := self.keys[-1]) is None:
            self.keys[-1] = (self._key(node), node.line)
        else:
            self.keys[-1] = None
            self._enter(container, *key, node)

    def descend(self, container: Listing | Table) -> None:
        self.place(container)
        self.open.append(container)
        self.keys.append(None)

    def ascend(self) -> None:
        self.open.pop()
        self.keys.pop()

    def _key(self, node: Node) -> str | None:
        if isinstance(node, Scalar) and node.kind is None:
            return node.value
        what = f"`{node.value}`, read as {node.kind}" if isinstance(node, Scalar) else "a list or mapping"
        self.complain(node.line, f"has a key that is not text ({what})", "Put the key in quotes, or correct it.")
        return None

    def _enter(self, table: Table, key: str | None, line: int, node: Node) -> None:
        if key is None:
            return
        if key in table.entries:
            first = table.lines[key]
            self.complain(line, f"has `{key}` twice, first in line {first}", "Keep one of them.")
            return
        table.entries[key] = node
        table.lines[key] = line


class Complain:
    """Notes complaints about one file, in the order found."""

    def __init__(self, where: str, complaints: list[Complaint]) -> None:
        self.where = where
        self.complaints = complaints

    def __call__(self, line: int | None, problem: str, remedy: str) -> None:
        """Note one, at a line (from 1) where it has one."""
        self.complaints.append(Complaint(where=self.where, line=line, problem=problem, remedy=remedy))


def compose(text: str, complain: Complain) -> Node | None:
    """The tree of a YAML text. Mistakes are complained about; None where nothing can be built for them."""
    tree = _Tree(complain)
    documents = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                complain(_line(event), "holds several documents", "Keep one; take the line `---` out.")
                return None
            _take(event, tree)
            if len(tree.open) > DEPTH:
                complain(_line(event), f"nests deeper than {DEPTH}", "Write it flatter.")
                return None
            if tree.nodes > NODES:
                complain(_line(event), f"holds more than {NODES:,} entries", "Divide the file.")
                return None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", "unreadable")
        complain(mark.line + 1 if mark else None, f"is no YAML here: {problem}", "Correct the line.")
        return None
    if tree.root is None:
        complain(1, "is empty", "Fill it, or take the file away.")
    return tree.root


def _take(event: Any, tree: _Tree) -> None:
    line = _line(event)
    if getattr(event, "tag", None) is not None:
        tree.complain(line, f"holds a tag, {event.tag}", "Write the value without it.")
    if isinstance(event, yaml.AliasEvent):
        tree.complain(line, f"holds an alias, *{event.anchor}", "Write the value out.")
        tree.place(Scalar(line, "", _KINDS["null"]))
    elif getattr(event, "anchor", None) is not None:
        tree.complain(line, f"holds an anchor, &{event.anchor}", "Take it out.")
    if isinstance(event, yaml.ScalarEvent):
        tree.place(Scalar(line, event.value, _kind(event)))
    elif isinstance(event, yaml.SequenceStartEvent):
        tree.descend(Listing(line))
    elif isinstance(event, yaml.MappingStartEvent):
        tree.descend(Table(line))
    elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
        tree.ascend()


def _kind(event: yaml.ScalarEvent) -> str | None:
    if not event.implicit[0]:
        return None
    tag: str = _RESOLVER.resolve(yaml.ScalarNode, event.value, (True, False))  # type: ignore[no-untyped-call]  # stubs
    return _KINDS.get(tag.rpartition(":")[2])


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
