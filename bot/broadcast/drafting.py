"""Writing posts: texts, urgency, hour, attachments. Any edit voids every approval; what is out is not edited."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.broadcast.decisions import Refusal, Why, consider, permitted
from bot.model.canon import digest, joined
from bot.model.moderator import Actor, Role
from bot.model.post import Attachment, Post, PostState, Step, Wording
from bot.ports import Tx


def write(tx: Tx, actor: Actor, texts: Mapping[str, Wording], *, now: datetime) -> Post | Refusal:
    """A new post, a draft."""
    if why := permitted(tx, actor, Role.EDITOR):
        return Refusal(why)
    authors = _with(frozenset(), actor)
    words = {language: joined(wording) for language, wording in texts.items()}
    post = tx.posts.add(Post(number=0, texts=words, authors=authors, changed=now))
    tx.audit.write(actor, "write", post=post.number, detail=digest(post).hex())
    return post


def set_text(tx: Tx, actor: Actor, number: int, language: str, wording: Wording, *, now: datetime) -> Post | Refusal:
    """A post's text in that language; an empty one takes it away."""
    post = _open(tx, actor, number)
    if isinstance(post, Refusal):
        return post
    words, texts = joined(wording), {tag: text for tag, text in post.texts.items() if tag != language}
    if words:
        texts[language] = words
    return _keep(tx, actor, post, replace(post, texts=texts, authors=_with(post.authors, actor)), "text", now=now)


def set_urgent(tx: Tx, actor: Actor, number: int, *, urgent: bool, now: datetime) -> Post | Refusal:
    """Whether a post is urgent."""
    post = _open(tx, actor, number)
    if isinstance(post, Refusal):
        return post
    return _keep(tx, actor, post, replace(post, urgent=urgent), "urgent", now=now)


def set_hour(tx: Tx, actor: Actor, number: int, hour: datetime | None, *, now: datetime) -> Post | Refusal:
    """When a post goes out; None is as soon as it is approved. Whoever sets it cannot approve the post."""
    post = _open(tx, actor, number)
    if isinstance(post, Refusal):
        return post
    if hour is not None and hour <= now:
        return Refusal(Why.PAST, post.state)
    return _keep(tx, actor, post, replace(post, hour=hour, hour_setter=actor.person), "hour", now=now)


def attach(
    tx: Tx, actor: Actor, number: int, attachment: Attachment, content: bytes, *, now: datetime
) -> Post | Refusal:
    """Add a picture or a file, as it will go out; the same one again replaces what is said of it."""
    post = _open(tx, actor, number)
    if isinstance(post, Refusal):
        return post
    tx.posts.attach(number, attachment, content)
    others = tuple(one for one in post.attachments if one.digest != attachment.digest)
    new = replace(post, attachments=(*others, attachment), authors=_with(post.authors, actor))
    return _keep(tx, actor, post, new, "attach", now=now)


def detach(tx: Tx, actor: Actor, number: int, named: bytes, *, now: datetime) -> Post | Refusal:
    """Take the attachment with that digest away."""
    post = _open(tx, actor, number)
    if isinstance(post, Refusal):
        return post
    others = tuple(one for one in post.attachments if one.digest != named)
    return _keep(tx, actor, post, replace(post, attachments=others), "detach", now=now)


def _open(tx: Tx, actor: Actor, number: int) -> Post | Refusal:
    found = consider(tx, actor, number, Role.EDITOR, Step.EDIT)
    if isinstance(found, Refusal):
        return found
    return Refusal(Why.OUT, found.post.state) if found.post.begun else found.post


def _keep(tx: Tx, actor: Actor, old: Post, new: Post, deed: str, *, now: datetime) -> Post:
    """The edited post, a draft without approvals; the same as it was where nothing changed that they are bound to."""
    if digest(old) == digest(new) and (old.authors, old.hour_setter) == (new.authors, new.hour_setter):
        return old
    tx.approvals.void(old.number)
    new = replace(new, state=PostState.DRAFT, changed=now, requested=None, due=None, why=None)
    tx.posts.keep(new)
    tx.audit.write(actor, deed, post=new.number, detail=digest(new).hex())
    return new


def _with(authors: frozenset[int], actor: Actor) -> frozenset[int]:
    return authors if actor.person is None else authors | {actor.person}
