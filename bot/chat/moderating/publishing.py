"""From a draft to every chat, and back: approval, hours, holding, releasing, ending, taking back."""

from collections.abc import Callable

from bot.broadcast import approval, drafting, stopping
from bot.broadcast.approval import Agreed
from bot.broadcast.decisions import Refusal, Why
from bot.broadcast.pausing import paused
from bot.chat.moderating.desk import Desk, behead, is_proved
from bot.chat.moderating.moments import Moment, Trouble, read_exact
from bot.chat.moderating.panel import UNKNOWN, figure, show, tell_standing
from bot.chat.moderating.pieces import find_rest
from bot.chat.moderating.writing import edited
from bot.chat.turn import Rows, lines, reply
from bot.model.message import Choice, Span
from bot.model.post import Post, PostState
from bot.model.speech import Reply

COMING = (PostState.SUBMITTED, PostState.APPROVED, PostState.COUNTDOWN, PostState.RUNNING, PostState.HELD)
"""What the queue shows."""


def show_post(desk: Desk, argument: str) -> Reply:
    """``show N``: the panel; to whoever may approve a post that waits for it, with a code of their own."""
    post, _ = desk.find(argument)
    if post is None:
        return desk.correct("drafts", "no-such-post")
    code = approval.reissue(desk.tx, desk.actor, post.number, now=desk.turn.now, rules=desk.turn.guide.publishing)
    if code is None:
        return show(desk, post)
    if desk.turn.repeated:
        return show(desk, post, desk.turn.line("code-lost"))
    return show(desk, post, desk.turn.line("request-code", command=desk.turn.typed(f"approve {post.number} {code}")))


def submit(desk: Desk, argument: str) -> Reply:
    """``submit N``: asks everyone who may approve; says at once where too few can."""
    post, _ = desk.find(argument)
    if post is None:
        return desk.correct("drafts", "no-such-post")
    if UNKNOWN in post.texts or find_rest(desk.tx, post.number):
        return show(desk, post, desk.turn.line("answer-first"), refused=True)
    rules = desk.turn.guide.publishing
    done = approval.submit(desk.tx, desk.actor, post.number, now=desk.turn.now, rules=rules)
    if isinstance(done, Refusal):
        return desk.refuse(f"show {post.number}", done)
    if not done.asked:
        return show(desk, done.post, desk.turn.line("approved-at-once"))
    note = desk.turn.line("submitted", asked=done.asked, able=len(done.codes))
    if done.short:
        note = lines(note, desk.turn.line("submitted-short"))
    return show(desk, done.post, note)


def approve(desk: Desk, argument: str) -> Reply:
    """``approve N CODE``: agrees to exactly what the code was shown with."""
    post, rest = desk.find(argument)
    code, _ = behead(rest)
    if post is None or not code:
        return desk.correct("queue", "approve-how")
    rules = desk.turn.guide.publishing
    done = approval.approve(desk.tx, desk.actor, post.number, code, now=desk.turn.now, rules=rules)
    return _agreed(desk, post, done, "approved-more")


def release(desk: Desk, argument: str) -> Reply:
    """``release N``: lets what is held go on, with the rule of starting."""
    post, _ = desk.find(argument)
    if post is None:
        return desk.correct("queue", "no-such-post")
    if find_rest(desk.tx, post.number):
        return show(desk, post, desk.turn.line("answer-first"), refused=True)
    done = stopping.release(desk.tx, desk.actor, post.number, now=desk.turn.now, rules=desk.turn.guide.publishing)
    return _agreed(desk, post, done, "released-more")


def reject(desk: Desk, argument: str) -> Reply:
    """``reject N [REASON]``: refuses a post that waits for approval."""
    post, reason = desk.find(argument)
    if post is None:
        return desk.correct("queue", "no-such-post")
    return _stopped(desk, post, approval.reject(desk.tx, desk.actor, post.number, reason.strip(), now=desk.turn.now))


def hold(desk: Desk, argument: str) -> Reply:
    """``hold N``: stops it. One person is enough."""
    return _stop(desk, argument, stopping.hold)


def cancel(desk: Desk, argument: str) -> Reply:
    """``cancel N``: ends it."""
    return _stop(desk, argument, stopping.cancel)


def retract(desk: Desk, argument: str) -> Reply:
    """``retract N``: takes it back everywhere."""
    return _stop(desk, argument, stopping.retract)


def pause_all(desk: Desk, _: str) -> Reply:
    """``pause_all``: stops everything at once."""
    refused = stopping.pause_all(desk.tx, desk.actor)
    return desk.refuse("queue", refused) if refused else queue(desk)


def resume_all(desk: Desk, _: str) -> Reply:
    """``resume_all``: lets everything go on, with the rule of starting."""
    done = stopping.resume_all(desk.tx, desk.actor, now=desk.turn.now, rules=desk.turn.guide.publishing)
    if isinstance(done, Refusal):
        return queue(desk) if done.why is Why.STATE else desk.refuse("queue", done)
    if not done.on:
        return desk.tell("queue", "resume-more", given=done.given, asked=done.asked)
    return queue(desk)


def schedule(desk: Desk, argument: str) -> Reply:
    """``schedule N YYYY-MM-DD HH:MM [Zone]``: sets its hour."""
    post, rest = desk.find(argument)
    if post is None:
        return desk.correct("drafts", "no-such-post")
    moment = read_exact(rest, desk.zone, desk.turn.now)
    if isinstance(moment, Trouble):
        example = desk.turn.typed(f"schedule {post.number} 2026-12-10 18:00 Asia/Hong_Kong")
        return desk.correct(f"show {post.number}", f"moment-{moment}", example=example)
    return _set_hour(desk, post, moment)


def queue(desk: Desk, _: str = "") -> Reply:
    """``queue``: what is to come, soonest first, with times."""
    turn = desk.turn
    coming = sorted(desk.tx.posts.among(*COMING), key=lambda post: (post.due or post.hour or turn.now, post.number))
    stopped = paused(desk.tx)
    head = (turn.line("queue-paused", resume=turn.typed("resume_all")),) if stopped else ()
    if not coming:
        return reply("queue", lines(*head, turn.line("queue-empty", drafts=turn.typed("drafts"))))
    rows: Rows = tuple((Choice(label=_label(desk, post), command=f"show {post.number}"),) for post in coming[:20])
    listed = ((Span(text=_label(desk, post)),) for post in coming)
    stop = () if stopped else ((turn.button("pause-all", "pause_all"),),)
    return reply("queue", lines(turn.line("queue-title"), *head, *listed), (*rows, *stop))


def _label(desk: Desk, post: Post) -> str:
    moment = post.due or post.hour
    when = f" · {desk.moment(moment)}" if moment else ""
    deliveries = desk.tx.outbox.of(post.number)
    come = f" · {figure(deliveries)}" if deliveries else ""
    return f"#{post.number} · {desk.turn.say(f'state-{post.state}')}{when}{come}"


def _set_hour(desk: Desk, post: Post, moment: Moment) -> Reply:
    done = drafting.set_hour(desk.tx, desk.actor, post.number, moment.at, now=desk.turn.now)
    return edited(desk, post, done)


def _agreed(desk: Desk, post: Post, done: Agreed | Refusal, more: str) -> Reply:
    if isinstance(done, Refusal):
        return desk.refuse(f"show {post.number}", done)
    if done.given < done.asked:
        return show(desk, done.post, desk.turn.line(more, given=done.given, asked=done.asked))
    return show(desk, done.post, desk.turn.line("approved-now"))


def _stop(desk: Desk, argument: str, deed: Callable[..., Post | Refusal]) -> Reply:
    post, _ = desk.find(argument)
    if post is None:
        return desk.correct("queue", "no-such-post")
    return _stopped(desk, post, deed(desk.tx, desk.actor, post.number, now=desk.turn.now))


def _stopped(desk: Desk, post: Post, done: Post | Refusal) -> Reply:
    if isinstance(done, Refusal) and done.why is not Why.STATE:
        return desk.refuse(f"show {post.number}", done)
    # What has stopped already is shown as it stands: a second press does no harm.
    stands = post if isinstance(done, Refusal) else done
    return show(desk, stands) if is_proved(desk.turn) else tell_standing(desk, stands)
