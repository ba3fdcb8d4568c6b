"""Plain words of a moderator: the rest of a long paste, which is asked about, or a new post without the command."""

from dataclasses import replace

from bot.broadcast import drafting, stopping
from bot.broadcast.decisions import Refusal
from bot.chat.moderating.desk import Desk, is_proved
from bot.chat.moderating.panel import show
from bot.chat.moderating.pieces import (
    LONG,
    WINDOW_SECONDS,
    Rest,
    Seam,
    drop_rest,
    find_rest,
    find_seam,
    is_full,
    join,
    keep_rest,
    keep_seam,
    measure,
)
from bot.chat.moderating.writing import LONGEST, announce, read
from bot.model.post import Post, PostState, Wording
from bot.model.speech import Reply

PLAIN = 40
"""From so many characters on plain words become a draft."""
MOST_KEPT = 100_000
"""Characters of a rest."""
EDGE = 24
"""Characters shown on each side of a seam."""
UNDER_WAY = (PostState.SUBMITTED, PostState.APPROVED, PostState.COUNTDOWN)
OVER = (PostState.CANCELLED, PostState.DONE, PostState.RETRACTED, PostState.RUNNING)


def overhear(desk: Desk) -> Reply | None:
    """What plain words come to: a rest that is asked about, a new draft, or nothing.

    Where the network proves devices, words that prove none are a stranger's.
    """
    ask = desk.turn.ask
    words = ask.text
    if ask.pressed or not words.strip() or not is_proved(desk.turn):
        return None
    seam = find_seam(desk.tx, desk.moderator.number, ask.address, desk.turn.now.timestamp())
    post = None if seam is None else desk.tx.posts.find(seam.post)
    if seam is not None and post is not None and post.state not in OVER:
        return _ask_about(desk, seam, post, words)
    if ask.forwarded or (not ask.addressed and len(words.strip()) >= PLAIN):
        return announce(desk, words)
    return None


def append(desk: Desk, argument: str) -> Reply:
    """``append N M``: the rest belongs to the text of #N, and #M is no post."""
    found = _find(desk, argument)
    if isinstance(found, Reply):
        return found
    post, draft, rest = found
    words = join(post.texts.get(rest.language, ()), _only(draft), torn=rest.torn)
    if not _only(draft) or sum(len(span.text) for span in words) > LONGEST:
        return show(desk, post, desk.turn.line("rest-unfit", most=LONGEST), refused=True)
    done = drafting.set_text(desk.tx, desk.actor, post.number, rest.language, words, now=desk.turn.now)
    if isinstance(done, Refusal):
        return desk.refuse(f"show {post.number}", done)
    stopping.cancel(desk.tx, desk.actor, draft.number, now=desk.turn.now)
    drop_rest(desk.tx, rest)
    first = "".join(span.text for span in post.texts.get(rest.language, ()))
    seam = desk.turn.line("rest-appended", before=first[-EDGE:], after=_text(_only(draft))[:EDGE])
    return show(desk, done, seam)


def apart(desk: Desk, argument: str) -> Reply:
    """``apart N M``: #M is a post of its own."""
    found = _find(desk, argument)
    if isinstance(found, Reply):
        return found
    post, draft, rest = found
    if not _only(draft) or len(_text(_only(draft))) > LONGEST:
        return show(desk, post, desk.turn.line("rest-unfit", most=LONGEST), refused=True)
    drop_rest(desk.tx, rest)
    return show(desk, draft, desk.turn.line("rest-apart", number=str(post.number)))


def discard(desk: Desk, argument: str) -> Reply:
    """``discard N M``: the rest is left out, and #M is no post."""
    found = _find(desk, argument)
    if isinstance(found, Reply):
        return found
    post, draft, rest = found
    stopping.cancel(desk.tx, desk.actor, draft.number, now=desk.turn.now)
    drop_rest(desk.tx, rest)
    return show(desk, post, desk.turn.line("rest-discarded"))


def _ask_about(desk: Desk, seam: Seam, post: Post, words: str) -> Reply:
    """Keep the words as a draft of their own, or behind the pieces that it has already, and ask what they are."""
    if post.state in UNDER_WAY:  # somebody was quicker: what went for approval lacks its rest
        stopping.hold(desk.tx, desk.actor, post.number, now=desk.turn.now, why="rest")
    known = find_rest(desk.tx, post.number)
    draft = None if known is None else desk.tx.posts.find(known.draft)
    wording = read(desk, words, MOST_KEPT)
    kept: Wording = () if isinstance(wording, Reply) else wording
    if draft is not None and not seam.first and kept:
        kept = join(_only(draft), kept, torn=seam.torn) if _only(draft) else ()
    done = _keep(desk, draft, seam.language, kept)
    if isinstance(done, Refusal):
        return desk.refuse(f"show {post.number}", done)
    torn = known.torn if known is not None and not seam.first else seam.torn
    keep_rest(desk.tx, Rest(post=post.number, draft=done.number, language=seam.language, torn=torn))
    now = int(desk.turn.now.timestamp())
    until = now + WINDOW_SECONDS if measure(words) >= LONG else seam.until
    follows = replace(seam, until=until, torn=is_full(desk.turn.ask), first=False)
    keep_seam(desk.tx, desk.moderator.number, desk.turn.ask.address, follows)
    reason = wording.message.spans if isinstance(wording, Reply) and wording.message else None
    return show(desk, desk.tx.posts.find(post.number) or post, reason)


def _keep(desk: Desk, draft: Post | None, language: str, wording: Wording) -> Post | Refusal:
    now = desk.turn.now
    if draft is None:
        return drafting.write(desk.tx, desk.actor, {language: wording} if wording else {}, now=now)
    before = next(iter(draft.texts), language)
    return drafting.set_text(desk.tx, desk.actor, draft.number, before, wording, now=now)


def _find(desk: Desk, argument: str) -> tuple[Post, Post, Rest] | Reply:
    """The post, the draft with its rest, and the question between them; the panel where there is none any more."""
    post, words = desk.find(argument)
    draft, _ = desk.find(words)
    if post is None or draft is None:
        return desk.correct("drafts", "no-such-post")
    rest = find_rest(desk.tx, post.number)
    if rest is None or (rest.post, rest.draft) != (post.number, draft.number):
        return show(desk, post)
    return post, draft, rest


def _only(draft: Post) -> Wording:
    return next(iter(draft.texts.values()), ())


def _text(wording: Wording) -> str:
    return "".join(span.text for span in wording)
