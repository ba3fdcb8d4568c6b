"""Who must agree before words go out: codes, each bound to one person and to the exact words, urgency and hour.

An approval is worth something as long as the post's digest is the one that it was given for, its giver is still a
moderator who may approve, and did not write any of the post or set its hour. It is looked at anew at every step
towards going out, so that nothing rests on an earlier look.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.broadcast.decisions import LETTER_HOURS, Publishing, Refusal, Why, consider, tell_all
from bot.broadcast.pausing import paused
from bot.model.canon import digest
from bot.model.moderator import CLOCK, Actor, ActorKind, Moderator, Role
from bot.model.post import Post, PostState, Step, after
from bot.ports import Tx

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 6
MISSES = 5
"""After so many wrong codes the right one counts no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """Approval was asked for."""

    post: Post
    codes: Mapping[int, str] = field(default_factory=dict, repr=False)
    """Each moderator who may approve, and their own code."""
    asked: int
    """How many approvals it takes."""

    @property
    def short(self) -> bool:
        """Whether fewer people can approve than must."""
        return len(self.codes) < self.asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """One more has agreed; where enough have, the post goes on."""

    post: Post
    given: int
    asked: int


def eligible(post: Post, moderator: Moderator | None) -> Why | None:
    """Why that person's approval of that post would be worth nothing; None where it counts."""
    if moderator is None or moderator.frozen:
        return Why.STRANGER
    if not moderator.role.reaches(Role.APPROVER):
        return Why.ROLE
    if moderator.number in post.authors:
        return Why.OWN
    return Why.HOUR if moderator.number == post.hour_setter else None


def approvals(tx: Tx, post: Post) -> frozenset[int]:
    """Whose approval of exactly what the post says now is worth something."""
    return _count(tx, post, tx.approvals.given(post.number))


def _count(tx: Tx, post: Post, given: Mapping[int, bytes]) -> frozenset[int]:
    now = digest(post)
    return frozenset(
        person for person, bound in given.items() if bound == now and eligible(post, tx.moderators.find(person)) is None
    )


def enough(tx: Tx, post: Post, rules: Publishing) -> bool:
    """Whether the post has the approvals that it takes."""
    return rules.approvals == 0 or len(approvals(tx, post)) >= rules.approvals


def submit(tx: Tx, actor: Actor, number: int, *, now: datetime, rules: Publishing) -> Submitted | Refusal:
    """Ask for approval: each who may approve gets a code of their own. With ``approvals: 0`` it is approved at once."""
    found = consider(tx, actor, number, Role.EDITOR, Step.SUBMIT)
    if isinstance(found, Refusal):
        return found
    post, state = found.post, found.state
    if not post.texts:
        return Refusal(Why.EMPTY, post.state)
    if post.hour is not None and post.hour <= now and not post.begun:
        return Refusal(Why.PAST, post.state)
    tx.approvals.void(number)
    post = replace(post, state=state, requested=now, changed=now, due=None, why=None)
    tx.posts.keep(post)
    tx.audit.write(actor, "submit", post=number, detail=digest(post).hex())
    if rules.approvals == 0:
        return Submitted(post=_approved(tx, actor, post, now=now, rules=rules), asked=0)
    codes = {}
    for moderator in tx.moderators.all():
        if eligible(post, moderator) is None:
            codes[moderator.number] = code = _issue(tx, post, moderator.number, now, rules)
            tx.letters.write(moderator.number, "request", post=number, expires=_expiry(now, rules), code=code)
    return Submitted(post=post, codes=codes, asked=rules.approvals)


def reissue(tx: Tx, actor: Actor, number: int, *, now: datetime, rules: Publishing) -> str | None:
    """A new code in place of that person's earlier one; None where theirs is not wanted or would not count."""
    post = tx.posts.find(number)
    if post is None or post.state is not PostState.SUBMITTED or not _open(post, now, rules):
        return None
    if actor.kind is not ActorKind.MODERATOR or actor.number is None or actor.number in approvals(tx, post):
        return None
    if eligible(post, tx.moderators.find(actor.number)):
        return None
    return _issue(tx, post, actor.number, now, rules)


def approve(tx: Tx, actor: Actor, number: int, code: str, *, now: datetime, rules: Publishing) -> Agreed | Refusal:
    """Approve exactly what the code was shown with. The code works once, for its person, while it is fresh."""
    found = consider(tx, actor, number, Role.APPROVER, Step.APPROVE)
    if isinstance(found, Refusal):
        return found
    post = found.post
    if actor.kind is not ActorKind.MODERATOR or actor.number is None:
        return Refusal(Why.ROLE, post.state)
    why = eligible(post, tx.moderators.find(actor.number)) or _refuse_code(tx, post, actor.number, code, now)
    if why is None and not _open(post, now, rules):
        why = Why.EXPIRED
    if why is not None:
        return Refusal(why, post.state)
    tx.approvals.use(number, actor.number)
    given = len(approvals(tx, post))
    tx.audit.write(actor, "approve", post=number, detail=digest(post).hex())
    if given >= rules.approvals:
        post = _approved(tx, actor, post, now=now, rules=rules)
    return Agreed(post=post, given=given, asked=rules.approvals)


def reject(tx: Tx, actor: Actor, number: int, reason: str = "", *, now: datetime) -> Post | Refusal:
    """Refuse a post that waits for approvals: one who may approve is enough."""
    found = consider(tx, actor, number, Role.APPROVER, Step.REJECT)
    if isinstance(found, Refusal):
        return found
    post, state = found.post, found.state
    tx.approvals.void(number)
    post = replace(post, state=state, changed=now, why=reason or None)
    tx.posts.keep(post)
    tx.audit.write(actor, "reject", post=number)
    for author in post.authors - {actor.person}:
        expires = int(now.timestamp()) + LETTER_HOURS * 3600
        tx.letters.write(author, "rejected", post=number, expires=expires, reason=reason)
    return post


def expire(tx: Tx, post: Post, *, now: datetime, rules: Publishing) -> bool:
    """Take back a request that nobody answered in time: the post is a draft again."""
    state = after(post.state, Step.EXPIRE)
    if state is None or _open(post, now, rules):
        return False
    tx.approvals.void(post.number)
    tx.posts.keep(replace(post, state=PostState.HELD if post.begun else state, changed=now, requested=None))
    tx.audit.write(CLOCK, "expire", post=post.number)
    tell_all(tx, "expired", int(now.timestamp()), post=post.number)
    return True


def count_down(tx: Tx, post: Post, *, now: datetime, rules: Publishing) -> Post:
    """Begin the countdown of an approved post once it is time; else, or while all is paused, it waits as it is."""
    start = now if post.hour is None or post.begun else post.hour - timedelta(seconds=rules.countdown_seconds)
    state = after(post.state, Step.COUNT)
    if state is None or start > now or paused(tx) is not None:
        return post
    due = now + timedelta(seconds=rules.countdown_seconds)
    post = replace(post, state=state, changed=now, due=due)
    tx.posts.keep(post)
    tell_all(tx, "countdown", int(now.timestamp()), post=post.number)
    return post


def _approved(tx: Tx, actor: Actor, post: Post, *, now: datetime, rules: Publishing) -> Post:
    state = after(post.state, Step.APPROVE)
    if state is None:
        return post
    post = replace(post, state=state, changed=now)
    tx.posts.keep(post)
    tx.audit.write(actor, "approved", post=post.number)
    return count_down(tx, post, now=now, rules=rules)


def _open(post: Post, now: datetime, rules: Publishing) -> bool:
    """Whether the request may still be answered: until its hour, or for so many hours."""
    if post.hour is not None and not post.begun:
        return now < post.hour
    return post.requested is None or now < post.requested + timedelta(hours=rules.request_expires_hours)


def _expiry(now: datetime, rules: Publishing) -> int:
    return int(now.timestamp()) + rules.code_expires_minutes * 60


def _issue(tx: Tx, post: Post, person: int, now: datetime, rules: Publishing) -> str:
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    tx.approvals.issue(post.number, person, digest(post), code, _expiry(now, rules))
    return code


def _refuse_code(tx: Tx, post: Post, person: int, code: str, now: datetime) -> Why | None:
    issued = tx.approvals.issued(post.number, person)
    if issued is None:
        return Why.CODE
    if issued.misses >= MISSES:
        return Why.TRIED
    if not tx.approvals.matches(post.number, person, code.strip().upper()):
        tx.approvals.miss(post.number, person)
        return Why.CODE
    if now.timestamp() >= issued.expires:
        return Why.EXPIRED
    return None if issued.digest == digest(post) else Why.CODE
