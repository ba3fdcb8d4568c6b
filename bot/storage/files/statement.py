"""content/statement/ → Statement."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import Complaint, ContentError
from bot.model.statement import Highlight, Part, Passage, Statement
from bot.storage.files.document import Complain, Node, Table, compose
from bot.storage.files.folder import read_bytes, read_text, strays
from bot.storage.files.form import Form

FOLDER = "statement"
FRAME = "statement.yaml"
SOURCE = "source.txt"

_TAG = r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?"
_ID = r"[a-z0-9-]{1,40}"
_FILE = r"[a-z0-9][a-z0-9-]*\.yaml"
_WORDS = ("title", "standfirst", "credit", "origin", "note")


def load_statement(content_dir: Path) -> Statement:
    """The statement of a content store, whole and sound; raises ContentError with every mistake found."""
    reading = _Reading(root=content_dir)
    statement = reading.statement()
    if reading.complaints or statement is None:
        raise ContentError(reading.complaints)
    return statement


@dataclass(slots=True)
class _Reading:
    """One pass over the folder, and what it found amiss."""

    root: Path
    complaints: list[Complaint] = field(default_factory=list)
    languages: tuple[str, ...] = ()
    passages: dict[str, str] = field(default_factory=dict)
    """Passage id → where it stands first."""

    def statement(self) -> Statement | None:
        form, node = self._open(FRAME)
        frame = form.table(node, "the file", ("languages", "source_sha256", *_WORDS, "parts")) if node else None
        if frame is None:
            return None
        self.languages = self._languages(frame, form)
        self._compare_source(frame, form)
        words = {name: form.texts(frame, name, self.languages) for name in _WORDS}
        names = self._part_names(frame, form)
        parts = [part for number, name in enumerate(names, 1) if (part := self._part(number, name))]
        return Statement(languages=self.languages, **words, parts=tuple(parts))

    def _open(self, name: str) -> tuple[Form, Node | None]:
        where = f"{FOLDER}/{name}"
        complain = Complain(where, self.complaints)
        try:
            text = read_text(self.root, where)
        except ContentError as error:
            self.complaints.extend(error.complaints)
            return Form(complain), None
        return Form(complain), compose(text, complain)

    def _languages(self, frame: Table, form: Form) -> tuple[str, ...]:
        tags = []
        for node in form.listing(frame, "languages"):
            item = Table(node.line, {"language": node}, {"language": node.line})
            tag = form.word(item, "language", _TAG, "Write a tag such as en or zh-Hant.")
            if tag in tags:
                form.complain(node.line, f"`{tag}` is listed twice", "Keep one of them.")
            elif tag is not None:
                tags.append(tag)
        return tuple(tags)

    def _compare_source(self, frame: Table, form: Form) -> None:
        digest = form.word(frame, "source_sha256", "[0-9a-f]{64}", "Write the 64 hexadecimal digits, in quotes.")
        try:
            source = read_bytes(self.root, f"{FOLDER}/{SOURCE}")
        except ContentError as error:
            self.complaints.extend(error.complaints)
            return
        if digest is not None and digest != hashlib.sha256(source).hexdigest():
            line = frame.lines["source_sha256"]
            form.complain(line, f"`source_sha256` is not the digest of {SOURCE}", "Put the published text back.")

    def _part_names(self, frame: Table, form: Form) -> list[str]:
        names: list[str] = []
        for node in form.listing(frame, "parts"):
            item = Table(node.line, {"part": node}, {"part": node.line})
            name = form.word(item, "part", _FILE, "Name a file of this folder, such as part-1.yaml.")
            if name in names:
                form.complain(node.line, f"`{name}` is listed twice", "Keep one of them.")
            elif name is not None:
                names.append(name)
        for stray in strays(self.root, FOLDER, frozenset([FRAME, *names])):
            form.complain(frame.lines.get("parts"), f"`{stray}` lies here unlisted", "List it, or take it away.")
        return names

    def _part(self, number: int, name: str) -> Part | None:
        form, node = self._open(name)
        table = form.table(node, "the file", ("heading", "passages")) if node else None
        if table is None:
            return None
        heading = form.texts(table, "heading", self.languages)
        passages = [self._passage(item, form) for item in form.listing(table, "passages")]
        return Part(number=number, heading=heading, passages=tuple(filter(None, passages)))

    def _passage(self, node: Node, form: Form) -> Passage | None:
        table = form.table(node, "a passage", ("id", "texts"), ("highlights",))
        if table is None:
            return None
        name = form.word(table, "id", _ID, "Use up to 40 of a-z, 0-9 and -.")
        texts = form.texts(table, "texts", self.languages)
        highlights = [self._highlight(item, texts, form) for item in form.listing(table, "highlights")]
        if name is None:
            return None
        here = f"{form.complain.where}:{table.lines['id']}"
        if self.passages.setdefault(name, here) != here:
            problem = f"the id `{name}` is taken, in {self.passages[name]}"
            form.complain(table.lines["id"], problem, "Choose another.")
        return Passage(id=name, texts=texts, highlights=tuple(filter(None, highlights)))

    def _highlight(self, node: Node, texts: dict[str, str], form: Form) -> Highlight | None:
        table = form.table(node, "a highlight", ("language", "from", "to", "printed"))
        if table is None:
            return None
        language = form.word(table, "language", "|".join(texts), "Name a language that the passage has.")
        begin, end = form.word(table, "from", ".+", "Write one line."), form.word(table, "to", ".+", "Write one line.")
        side = form.word(table, "printed", "before|after", "Write before or after.")
        if language is None or begin is None or end is None or side is None:
            return None
        text = _between(texts[language], begin, end)
        if text is None:
            problem = f"`{begin}` … `{end}` is not found, or more than once, in the passage"
            form.complain(table.lines["from"], problem, "Copy the sentence's first and last words from it.")
            return None
        return Highlight(language=language, text=text, before=side == "before")


def _between(text: str, begin: str, end: str) -> str | None:
    start = text.find(begin)
    if start < 0 or text.count(begin) > 1:
        return None
    stop = text.find(end, start)
    return text[start : stop + len(end)] if stop >= 0 else None
