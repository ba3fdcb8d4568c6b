"""What a tree has to look like. Each question answers with what is sound and complains about the rest."""

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass

from bot.model.characters import name as name_of
from bot.storage.files.document import Complain, Listing, Node, Scalar, Table
from bot.storage.files.folder import unseen


@dataclass(slots=True)
class Form:
    """The questions to one file."""

    complain: Complain

    def table(self, node: Node, name: str, needed: Collection[str], also: Collection[str] = ()) -> Table | None:
        """A mapping with the needed keys, and no others than those of ``also``."""
        if not isinstance(node, Table):
            keys = ", ".join((*needed, *also))
            self.complain(node.line, f"{name} is no mapping", f"Write it with the keys {keys}.")
            return None
        for key in node.entries:
            if key not in needed and key not in also:
                near = difflib.get_close_matches(key, [*needed, *also], n=1)
                remedy = f"Did you mean `{near[0]}`?" if near else "Take it out."
                self.complain(node.lines[key], f"{name} has an unknown key, `{key}`", remedy)
        for key in needed:
            if key not in node.entries:
                self.complain(node.line, f"{name} lacks the key `{key}`", "Add it.")
        return node

    def listing(self, table: Table, key: str) -> list[Node]:
        """The items of the list under a key; a list that is there must not be empty."""
        node = table.entries.get(key)
        if node is None:
            return []
        if not isinstance(node, Listing) or not node.items:
            self.complain(table.lines[key], f"`{key}` is no list, or an empty one", "Write an item a line, with `- `.")
            return []
        return node.items

    def text(self, node: Node, name: str) -> str | None:
        """A text, without the line break that may end a block. None (and a complaint) where it is none."""
        if not isinstance(node, Scalar):
            self.complain(node.line, f"{name} is no text", "Write a text.")
            return None
        if node.kind is not None:
            typed = f"`{node.value}` is read as {node.kind}" if node.value else "it is left empty"
            self.complain(node.line, f"{name} is no text: {typed}", "Put the text in quotes.")
            return None
        if not node.value.strip():
            self.complain(node.line, f"{name} is blank", "Write the text, or `null` where there is none.")
            return None
        if found := unseen(node.value):
            index, character = found[0]
            problem = f"{name} holds {name_of(character)} as character {index + 1}, which nobody sees"
            self.complain(node.line, problem, "Take it out.")
            return None
        return node.value.rstrip("\n")

    def word(self, table: Table, key: str, pattern: str, rule: str) -> str | None:
        """The short text under a key, held against a pattern; ``rule`` says in words what it asks."""
        node = table.entries.get(key)
        value = None if node is None else self.text(node, f"`{key}`")
        if value is not None and not re.fullmatch(pattern, value):
            self.complain(table.lines[key], f"`{key}` is `{value[:60]}`", rule)
            return None
        return value

    def texts(self, table: Table, key: str, languages: Collection[str]) -> dict[str, str]:
        """Language → text under a key, in the order of ``languages``; null is a text that is missing.

        At least one language must be there, and no unknown one.
        """
        node = table.entries.get(key)
        if node is None:
            return {}
        sides = self.table(node, f"`{key}`", (), languages)
        if sides is None:
            return {}
        found: dict[str, str] = {}
        for language in languages:
            side = sides.entries.get(language)
            if side is None or (isinstance(side, Scalar) and side.missing):
                continue
            text = self.text(side, f"`{language}` of `{key}`")
            if text is not None:
                found[language] = text
        if all(isinstance(side, Scalar) and side.missing for side in sides.entries.values()):
            self.complain(table.lines[key], f"`{key}` has no text in any language", "Write at least one.")
        return found
