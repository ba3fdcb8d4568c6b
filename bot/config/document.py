"""The configuration file, read strictly: YAML without its traps, and the line of every key.

Only ``true`` and ``false`` are truth values, so that ``totp: off`` is a word; numbers are decimal. Refused: aliases,
tags, duplicate keys, keys that are not text, depth over 20, more than 256 KiB, a file that others may read.
"""

import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.config.complaints import KeyPath, spell
from bot.errors import Complaint, Mistake

DEPTH = 20
BYTES = 256 * 1024

_PLAIN = (
    (re.compile(r"|~|null|Null|NULL"), lambda _: None),
    (re.compile(r"true|True|TRUE"), lambda _: True),
    (re.compile(r"false|False|FALSE"), lambda _: False),
    (re.compile(r"[-+]?(0|[1-9][0-9]*)"), int),
    (re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+"), float),
)


@dataclass(slots=True)
class Document:
    """What a file says: its values, the line on which each key path stands, and its mistakes."""

    where: str
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[KeyPath, int] = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)

    def complain(self, problem: str, remedy: str, line: int | None = None) -> None:
        """Note one mistake of this file."""
        self.complaints.append(Complaint(where=self.where, problem=problem, remedy=remedy, line=line))

    def line(self, path: KeyPath) -> int | None:
        """The line of the key, or of the nearest section above it that is written."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return None


def read_private(path: Path) -> str:
    """The text of a file that only its owner may read; raises Mistake where that cannot be had."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Mistake("is no plain file", "Name a file.")
        if status.st_mode & 0o077:
            raise Mistake("is a file that others can read or write", f"Run: chmod 600 {path}")
        if status.st_size > BYTES:
            raise Mistake(f"is larger than {BYTES // 1024} KiB", "Name the right file.")
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Mistake("is a file that does not exist", "Create it, or correct its name.") from None
    except UnicodeDecodeError:
        raise Mistake("is not UTF-8 text", "Save it as UTF-8.") from None
    except OSError as error:
        remedy = "Make it readable for the user that runs this program."
        raise Mistake(f"cannot be read ({error.strerror})", remedy) from None


def read_secret(named: Any, folder: Path) -> str:
    """The one secret in a private file; raises Mistake where there is none."""
    if not isinstance(named, str):
        raise Mistake("must be a path", "Put the path in quotes.")
    secret = read_private(folder / Path(named).expanduser()).strip()
    if not secret:
        raise Mistake("is an empty file", "Write the secret into it, on one line.")
    return secret


def read_document(path: Path) -> Document:
    """Everything that the file says, and every mistake that can be seen without knowing the keys."""
    document = Document(where=str(path))
    try:
        text = read_private(path)
        node = _Composer(text, document).get_single_node()
    except Mistake as mistake:
        document.complain(mistake.problem, mistake.remedy)
        return document
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = f"is no YAML here: {error.problem or error.context}"
        document.complain(problem, "Correct the line.", mark.line + 1 if mark else None)
        return document
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        document.complain("holds a control character", "Take it out.", line)
        return document
    if node is None:
        return document
    values = _construct(node, (), document)
    if isinstance(values, dict):
        document.values = values
    else:
        document.complain("holds no keys", "Begin from config.example.yaml.", node.start_mark.line + 1)
    return document


class _Composer(yaml.SafeLoader):
    """PyYAML's composer, which here refuses aliases, tags and depth before anything is built from them."""

    def __init__(self, text: str, document: Document) -> None:
        super().__init__(text)
        self.document = document
        self.depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML's stubs leave it bare
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            self.get_event()  # type: ignore[no-untyped-call]  # PyYAML's stubs leave it bare
            self.document.complain("holds an alias (*)", "Write the value out.", line)
            return yaml.ScalarNode("", "")
        if event.tag is not None:
            self.document.complain("holds a tag (!)", "Write the value without it.", line)
        if self.depth >= DEPTH:
            raise yaml.composer.ComposerError(None, None, f"nested deeper than {DEPTH}", event.start_mark)
        self.depth += 1
        try:
            node: yaml.Node | None = super().compose_node(parent, index)
        finally:
            self.depth -= 1
        return node


def _construct(node: yaml.Node, path: KeyPath, document: Document) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _construct_mapping(node, path, document)
    if isinstance(node, yaml.SequenceNode):
        items = []
        for index, item in enumerate(node.value):
            document.lines[(*path, index)] = item.start_mark.line + 1
            items.append(_construct(item, (*path, index), document))
        return items
    if isinstance(node, yaml.ScalarNode) and node.style is None:
        for pattern, make in _PLAIN:
            if pattern.fullmatch(node.value):
                return make(node.value)
    return node.value


def _construct_mapping(node: yaml.MappingNode, path: KeyPath, document: Document) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = _construct(key_node, (), Document(where="")) if isinstance(key_node, yaml.ScalarNode) else None
        if not isinstance(key, str):
            document.complain("holds a key that is not text", "Write the key as a word.", line)
            continue
        here = (*path, key)
        if key in values:
            first = document.lines[here]
            document.complain(f"{spell(here)} is written twice, first in line {first}", "Keep one of them.", line)
            continue
        document.lines[here] = line
        values[key] = _construct(value_node, here, document)
    return values
