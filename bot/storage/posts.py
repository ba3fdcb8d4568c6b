"""The posts: their standing in the clear, so that it can be asked for; their words and attachments sealed."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, null, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.model.post import Attachment, Audience, Post, PostState, Wording
from bot.storage.packing import pack_attachment, pack_wording, unpack_attachment, unpack_wording
from bot.storage.seal import Sealer
from bot.storage.session import Session
from bot.storage.tables_announcing import ATTACHMENTS, POSTS, TEXTS, UPLOADS

_PLAIN = ("state", "urgent", "audience", "hour", "authors", "hour_setter", "changed", "requested", "due")
_NAMES = (*_PLAIN, "why")
_COLUMNS = (POSTS.c.id, *(POSTS.c[name] for name in _NAMES), POSTS.c.began)
PUBLISHED = (PostState.RUNNING, PostState.HELD, PostState.DONE, PostState.CANCELLED)

ADD = insert(POSTS).values({name: bindparam(name) for name in (*_PLAIN, "began")}).returning(POSTS.c.id)
KEEP = (
    update(POSTS)
    .where(POSTS.c.id == bindparam("post"))
    .values({name: bindparam(name) for name in _NAMES} | {"began": func.coalesce(POSTS.c.began, bindparam("start"))})
)
FIND = select(*_COLUMNS).where(POSTS.c.id == bindparam("post"))
AMONG = select(*_COLUMNS).where(POSTS.c.state == bindparam("stands")).order_by(POSTS.c.id)
LATEST = (
    select(*_COLUMNS)
    .where(POSTS.c.began.is_not(None), or_(*(POSTS.c.state == state.value for state in PUBLISHED)))
    .order_by(POSTS.c.began.desc(), POSTS.c.id.desc())
    .limit(bindparam("most"))
)
LATEST_URGENT = LATEST.where(POSTS.c.urgent == true())

READ_TEXTS = select(TEXTS.c.language, TEXTS.c.sealed).where(TEXTS.c.post == bindparam("of")).order_by(TEXTS.c.language)
WRITE_TEXT = upsert(TEXTS).values({name: bindparam(name) for name in ("post", "language", "sealed")})
WRITE_TEXT = WRITE_TEXT.on_conflict_do_update(
    index_elements=[TEXTS.c.post, TEXTS.c.language], set_={"sealed": WRITE_TEXT.excluded.sealed}
)
DROP_TEXT = delete(TEXTS).where(TEXTS.c.post == bindparam("of"), TEXTS.c.language == bindparam("tag"))

READ_ATTACHMENTS = (
    select(ATTACHMENTS.c.digest_index, ATTACHMENTS.c.place, ATTACHMENTS.c.about)
    .where(ATTACHMENTS.c.post == bindparam("of"))
    .order_by(ATTACHMENTS.c.place)
)
_THIS = (ATTACHMENTS.c.post == bindparam("of"), ATTACHMENTS.c.digest_index == bindparam("digest"))
ATTACH = upsert(ATTACHMENTS).values(
    {name: bindparam(name) for name in ("post", "digest_index", "about", "content")} | {"place": null()}
)
ATTACH = ATTACH.on_conflict_do_update(
    index_elements=[ATTACHMENTS.c.post, ATTACHMENTS.c.digest_index], set_={"about": ATTACH.excluded.about}
)
PLACE = update(ATTACHMENTS).where(*_THIS).values(place=bindparam("rank"), about=bindparam("sealed"))
DETACH = delete(ATTACHMENTS).where(*_THIS)
CONTENT = select(ATTACHMENTS.c.content).where(*_THIS)

_THERE = (UPLOADS.c.post == bindparam("of"), UPLOADS.c.digest_index == bindparam("digest"))
UPLOADED = select(UPLOADS.c.sealed).where(*_THERE, UPLOADS.c.platform == bindparam("network"))
UPLOAD = upsert(UPLOADS).values({name: bindparam(name) for name in ("post", "digest_index", "platform", "sealed")})
UPLOAD = UPLOAD.on_conflict_do_update(
    index_elements=[UPLOADS.c.post, UPLOADS.c.digest_index, UPLOADS.c.platform], set_={"sealed": UPLOAD.excluded.sealed}
)
DROP_UPLOADS = delete(UPLOADS).where(*_THERE)


class StoredPosts:
    """The posts, as one transaction sees them."""

    def __init__(self, session: Session, sealer: Sealer) -> None:
        self._session = session
        self._sealer = sealer

    def add(self, post: Post) -> Post:
        """Keep a new post; returns it with its number."""
        start = _seconds(post.changed) if post.begun else None
        post = replace(post, number=self._session.one(ADD, **self._plain(post), began=start)[0])
        self.keep(post)
        return post

    def find(self, number: int) -> Post | None:
        """The whole post, but for the bytes of its attachments."""
        row = self._session.one(FIND, post=number)
        return self._read(row) if row else None

    def keep(self, post: Post) -> None:
        """Keep everything of a post; texts and attachments that it has no more are deleted."""
        start = _seconds(post.changed) if post.begun else None
        why = None if post.why is None else self._sealer.seal("why", post.why.encode(), bound=_bound(post.number))
        self._session.run(KEEP, post=post.number, start=start, why=why, **self._plain(post))
        self._keep_texts(post.number, post.texts)
        self._keep_attachments(post.number, post.attachments)

    def among(self, *states: PostState) -> tuple[Post, ...]:
        """All posts in these states, oldest number first."""
        rows = [row for state in states for row in self._session.all(AMONG, stands=state.value)]
        return tuple(self._read(row) for row in sorted(rows, key=lambda row: int(row[0])))

    def latest(self, limit: int, *, urgent: bool = False) -> tuple[Post, ...]:
        """What was published last and was not taken back, newest first."""
        rows = self._session.all(LATEST_URGENT if urgent else LATEST, most=limit)
        return tuple(self._read(row) for row in rows)

    def attach(self, number: int, attachment: Attachment, content: bytes) -> None:
        """Keep an attachment's bytes, under their digest."""
        index = self._index(attachment.digest)
        about = self._sealer.seal("attachment", pack_attachment(attachment), bound=_bound(number) + index)
        sealed = self._sealer.seal("content", content, bound=_bound(number) + index)
        self._session.run(ATTACH, post=number, digest_index=index, about=about, content=sealed)

    def content(self, number: int, digest: bytes) -> bytes | None:
        """An attachment's bytes."""
        index = self._index(digest)
        row = self._session.one(CONTENT, of=number, digest=index)
        return self._sealer.open("content", row[0], bound=_bound(number) + index) if row else None

    def uploaded(self, number: int, digest: bytes, platform: str) -> str | None:
        """What the network calls an attachment that was uploaded there before."""
        index = self._index(digest)
        row = self._session.one(UPLOADED, of=number, digest=index, network=platform)
        return self._sealer.open("upload", row[0], bound=_bound(number) + index).decode() if row else None

    def upload(self, number: int, digest: bytes, platform: str, name: str) -> None:
        """Note what the network calls it."""
        index = self._index(digest)
        sealed = self._sealer.seal("upload", name.encode(), bound=_bound(number) + index)
        self._session.run(UPLOAD, post=number, digest_index=index, platform=platform, sealed=sealed)

    def _keep_texts(self, number: int, texts: Mapping[str, Wording]) -> None:
        kept = self._texts(number)
        for language in kept.keys() - texts.keys():
            self._session.run(DROP_TEXT, of=number, tag=language)
            self._session.traces = True
        for language, wording in texts.items():
            if kept.get(language) != wording:
                bound = _bound(number) + language.encode()
                sealed = self._sealer.seal("text", pack_wording(wording), bound=bound)
                self._session.run(WRITE_TEXT, post=number, language=language, sealed=sealed)

    def _keep_attachments(self, number: int, attachments: tuple[Attachment, ...]) -> None:
        ranks = {self._index(attachment.digest): rank for rank, attachment in enumerate(attachments)}
        for index, place, _ in self._session.all(READ_ATTACHMENTS, of=number):
            if index not in ranks and place is not None:
                self._session.run(DETACH, of=number, digest=index)
                self._session.run(DROP_UPLOADS, of=number, digest=index)
        for index, rank in ranks.items():
            sealed = self._sealer.seal("attachment", pack_attachment(attachments[rank]), bound=_bound(number) + index)
            self._session.run(PLACE, of=number, digest=index, rank=rank, sealed=sealed)

    def _texts(self, number: int) -> dict[str, Wording]:
        return {
            language: unpack_wording(self._sealer.open("text", sealed, bound=_bound(number) + language.encode()))
            for language, sealed in self._session.all(READ_TEXTS, of=number)
        }

    def _index(self, digest: bytes) -> bytes:
        return self._sealer.index("attachment", digest.hex())

    def _plain(self, post: Post) -> dict[str, Any]:
        return {
            "state": post.state.value,
            "urgent": post.urgent,
            "audience": post.audience.value,
            "hour": _seconds(post.hour),
            "authors": json.dumps(sorted(post.authors)),
            "hour_setter": post.hour_setter,
            "changed": _seconds(post.changed),
            "requested": _seconds(post.requested),
            "due": _seconds(post.due),
        }

    def _read(self, row: tuple[Any, ...]) -> Post:
        number, state, urgent, audience, hour, authors, setter, changed, requested, due, why, began = row
        attachments = tuple(
            unpack_attachment(self._sealer.open("attachment", about, bound=_bound(number) + index))
            for index, place, about in self._session.all(READ_ATTACHMENTS, of=number)
            if place is not None
        )
        return Post(
            number=number,
            state=PostState(state),
            texts=self._texts(number),
            attachments=attachments,
            urgent=bool(urgent),
            audience=Audience(audience),
            hour=_moment(hour),
            authors=frozenset(json.loads(authors)),
            hour_setter=setter,
            changed=datetime.fromtimestamp(changed, UTC),
            requested=_moment(requested),
            due=_moment(due),
            begun=began is not None,
            why=None if why is None else self._sealer.open("why", why, bound=_bound(number)).decode(),
        )


def _bound(number: int) -> bytes:
    return b"%d\0" % number


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
