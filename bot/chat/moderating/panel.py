"""The panel of a post: what it says in which languages, whom it reaches, and the steps that are open from here."""

from collections.abc import Iterator
from datetime import timedelta

from bot.chat.grammar import HOLD_SIGN
from bot.chat.moderating.desk import Desk
from bot.chat.moderating.figures import by_language, by_platform, rounded
from bot.chat.moderating.pieces import Rest, find_rest
from bot.chat.moderating.script import written_in
from bot.chat.turn import Rows, lines, reply
from bot.model.message import Choice, Span
from bot.model.moderator import Role
from bot.model.parcel import Delivery, DeliveryState
from bot.model.post import Post, PostState, Step, Wording, after
from bot.model.speech import Reply

UNKNOWN = "und"
"""The language of a text whose language was asked for: BCP 47's own word for it."""
EXCERPT = 160
"""Characters of a text that the panel shows; ``preview`` shows it whole."""
REASONS = ("rest", "frozen", "removed", "paused", "unapproved", "breaker")
"""Why the program itself holds a post or a delivery."""
Line = tuple[Span, ...]


def show(desk: Desk, post: Post, note: Line | None = None, *, refused: bool = False) -> Reply:
    """The panel, under a note on what was just done. What must be answered first stands before the other steps."""
    rest = find_rest(desk.tx, post.number)
    spans = lines(
        *((note, (Span(text=""),)) if note else ()),
        (Span(text=f"#{post.number}", bold=True), Span(text=f" · {desk.turn.say(f'state-{post.state}')}")),
        *_texts(desk, post),
        *_facts(desk, post),
        *_progress(desk, post),
        *(((), desk.turn.line("rest-asked", number=str(rest.post), rest=str(rest.draft))) if rest else ()),
    )
    rows = _questions(desk, post, rest) + _steps(desk, post, asked=rest is not None)
    return reply(f"show {post.number}", spans, rows, refused=refused)


def tell_standing(desk: Desk, post: Post) -> Reply:
    """Where it stands, without a word of what it says: for whoever has not proved to be its reader."""
    deliveries = desk.tx.outbox.of(post.number)
    stands = f"#{post.number} · {desk.turn.say(f'state-{post.state}')}"
    spans = (Span(text=f"{stands} · {figure(deliveries)}" if deliveries else stands),)
    return reply(f"hold {post.number}", spans, ((desk.turn.button("post-panel", f"show {post.number}"),),))


def _texts(desk: Desk, post: Post) -> Iterator[Line]:
    turn = desk.turn
    for tag in turn.guide.languages:
        name = turn.say(f"language-{tag}")
        if tag in post.texts:
            yield turn.line("panel-text", language=name, text=_shorten(post.texts[tag]))
        else:
            yield turn.line("panel-missing", language=name)
    if UNKNOWN in post.texts:
        yield turn.line("post-which-language")
        yield (Span(text=_shorten(post.texts[UNKNOWN])),)


def _shorten(wording: Wording) -> str:
    words = " ".join("".join(span.text for span in wording).split())
    return words if len(words) <= EXCERPT else f"{words[:EXCERPT].rstrip()}…"


def _facts(desk: Desk, post: Post) -> Iterator[Line]:
    turn = desk.turn
    yield turn.line("panel-urgent" if post.urgent else "panel-not-urgent")
    if post.attachments:
        yield turn.line("panel-attachments", count=len(post.attachments))
    audience = desk.tx.outbox.audience(urgent=post.urgent)
    networks = ", ".join(f"{name.capitalize()} {rounded(count)}" for name, count in by_platform(audience).items())
    yield turn.line("panel-audience", count=rounded(sum(audience.values())), networks=networks or "0")
    languages = by_language(audience)
    if languages:
        named = (
            f"{turn.say(f'language-{tag}') if tag else turn.say('panel-no-language')} {rounded(count)}"
            for tag, count in languages.items()
        )
        yield turn.line("panel-languages", languages=", ".join(named))
    yield turn.line("panel-hour", moment=desk.moment(post.hour)) if post.hour else turn.line("panel-no-hour")
    if post.state is PostState.COUNTDOWN and post.due:
        yield turn.line("panel-due", moment=desk.moment(post.due))
    if post.why:
        yield turn.line("panel-why", why=_reason(desk, post.why))


def _progress(desk: Desk, post: Post) -> Iterator[Line]:
    """How far it has come: ``746/1204`` in all, then network by network."""
    deliveries = desk.tx.outbox.of(post.number)
    if not deliveries:
        return
    turn = desk.turn
    yield turn.line("panel-delivered", figure=figure(deliveries))
    for one in deliveries:
        yield turn.line(
            "panel-network",
            network=one.platform.capitalize(),
            figure=figure((one,)),
            pending=one.pending - one.waiting,
            waiting=one.waiting,
            gone=one.gone,
            failed=one.failed,
        )
        if rate := _rate(desk, one):
            yield rate
        if one.recalled:
            yield turn.line(
                "panel-recalled", done=one.withdrawn + one.noted, old=one.too_old, failed=one.stuck, count=one.recalled
            )
        if one.why:
            yield turn.line("panel-held", why=_reason(desk, one.why))


def _rate(desk: Desk, one: Delivery) -> Line | None:
    """How fast it goes, and what is left of it by that; nothing where it rests or only waits."""
    passed = desk.turn.now.timestamp() - one.started
    left = one.pending - one.waiting
    if one.state is not DeliveryState.RUNNING or not one.settled or left <= 0 or passed <= 0:
        return None
    rate = one.settled / passed
    time_left = str(timedelta(seconds=round(left / rate)))
    return desk.turn.line("panel-rate", rate=f"{rate:.1f}", left=time_left)


def _reason(desk: Desk, why: str) -> str:
    """One of the program's own reasons in words, else what a moderator wrote."""
    return desk.turn.say(f"held-{why}") if why in REASONS else why


def figure(deliveries: tuple[Delivery, ...]) -> str:
    """``746/1204``: reached, of those that the post is for."""
    return f"{sum(one.sent for one in deliveries)}/{sum(one.queued for one in deliveries)}"


def _questions(desk: Desk, post: Post, rest: Rest | None) -> Rows:
    """Buttons that answer what keeps it from being submitted: what a rest is, in which language a text is."""
    turn = desk.turn
    rows: list[tuple[Choice, ...]] = []
    if rest is not None:
        both = f"{rest.post} {rest.draft}"
        rows.append((turn.button("rest-append", f"append {both}", number=str(rest.post)),))
        rows.append((turn.button("rest-apart", f"apart {both}"), turn.button("rest-discard", f"discard {both}")))
    if UNKNOWN in post.texts:
        tags = written_in("".join(span.text for span in post.texts[UNKNOWN]), turn.guide.languages)
        for tag in tags or turn.guide.languages:
            name = turn.guide.phrases.say(tag, "own-name")
            rows.append((Choice(label=name, command=f"tag {post.number} {tag}"),))
    return tuple(rows)


def _steps(desk: Desk, post: Post, *, asked: bool) -> Rows:
    """Buttons for what this moderator may do now; each stands for a command that can be typed."""
    number, turn = post.number, desk.turn

    def step(name: str, possible: Step | None = None, role: Role = Role.EDITOR, *, command: str = "") -> list[Choice]:
        if (possible is not None and after(post.state, possible) is None) or not desk.moderator.role.reaches(role):
            return []
        sign = HOLD_SIGN if name == "hold" else None
        return [turn.button(f"post-{name}", command or f"{name} {number}", sign=sign)]

    urgency = "off" if post.urgent else "on"
    rows = (
        step("preview") + step("test"),
        step(f"urgent-{urgency}", Step.EDIT, command=f"urgent {number} {urgency}")
        + ([] if asked or UNKNOWN in post.texts else step("submit", Step.SUBMIT)),
        step("hold", Step.HOLD) + _release(desk, post) + step("cancel", Step.CANCEL),
        step("retract", Step.RETRACT) if desk.tx.outbox.of(number) else [],
        step("refresh", command=f"show {number}") if post.begun else [],
    )
    return tuple(tuple(row) for row in rows if row)


def _release(desk: Desk, post: Post) -> list[Choice]:
    if post.state is not PostState.HELD or not desk.moderator.role.reaches(Role.APPROVER):
        return []
    return [desk.turn.button("post-release", f"release {post.number}")]
