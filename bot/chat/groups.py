"""What the bot says where several are: a way into a private chat, a refusal, and which topic the updates go to."""

from bot.chat.payload import Payload
from bot.chat.turn import Rows, Turn, lines, reply
from bot.model.message import Choice, Span
from bot.model.speech import Reply
from bot.model.statement import Texts


def invite(turn: Turn, name: str, argument: str) -> Reply:
    """One panel in place of many pages: what there is to read, who publishes it, and the way into a private chat."""
    statement = turn.guide.catalogue.statement
    parts = len(statement.parts)
    wanted = argument.partition(".")[0] if name == "read" else Payload.read(argument).part if name == "start" else ""
    number = Payload(part=wanted).number(parts)
    if number is None:
        payload, command = ("part-1", "read 1") if name in {"read", "contents"} else ("start", name)
        title = _chosen(turn, statement.title)
    else:
        payload, command = f"part-{number}", f"read {number}"
        title = _chosen(turn, turn.guide.catalogue.part(number).heading, mark=f"{number}/{parts} · ")
    url = turn.network.link(payload)
    rows: Rows = ((Choice(label=turn.say("button-private"), url=url),),) if url else ()
    typed = url is None or payload not in url
    way = turn.line("group-typed", command=turn.typed(command)) if typed else turn.line("group-private")
    return reply(name if number is None else f"read {number}", lines(title, _chosen(turn, statement.origin), way), rows)


def refuse(turn: Turn, command: str, key: str = "refused") -> Reply:
    """A toast, or a line that is said at most once a minute. It tells nothing about who may."""
    if turn.ask.pressed:
        return Reply(command=command, toast=turn.say(key), sparing=True)
    return reply(command, turn.line(key), sparing=True)


def here(turn: Turn, argument: str) -> Reply:
    """The updates go to this topic, or (``off``) to the group as a whole."""
    topic = turn.ask.address.topic
    if argument.lower() == "off":
        turn = turn.change(topic=None)
        return reply("here off", turn.line("here-off"), ((turn.button("settings", "settings"),),))
    if topic is None:
        return reply("here", turn.line("here-no-topic", here=turn.typed("here")))
    turn = turn.change(topic=topic)
    rows = ((turn.button("here-off", "here off"),), (turn.button("settings", "settings"),))
    return reply("here", turn.line("here-on"), rows)


def _chosen(turn: Turn, texts: Texts, mark: str = "") -> tuple[Span, ...]:
    """A text of the statement in the group's language, or in another one, named before it."""
    found, text = turn.guide.catalogue.choose(texts, turn.language)
    if found == turn.language:
        return (Span(text=mark + text, bold=bool(mark) or texts is turn.guide.catalogue.statement.title),)
    name = Span(text=turn.say("in-language", language=turn.say(f"language-{found}")), italic=True)
    return (*((Span(text=mark, bold=True),) if mark else ()), name, Span(text=f" {text}"))
