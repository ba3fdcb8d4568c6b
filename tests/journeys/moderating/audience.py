"""Everybody whom an announcement may reach: each kind of chat on both networks, each with choices of its own."""

from tests.journeys.moderating.house import House, bodies, soon, texts
from tests.wires.stages.matrix import MatrixPerson
from tests.wires.stages.vocabulary import PATIENCE
from tests.wires.telegram import Group, Person

ENGLISH, CHINESE = "We stand together tonight.", "我們今晚站在一起。"
POST, POSTED = f"#1\n\n{ENGLISH}", f"#1\n\n{CHINESE}"
"""What a chat gets, in English and in Traditional Chinese."""


class OnTelegram:
    """People, a group, a forum's topic and a channel."""

    def __init__(self, house: House) -> None:
        self.ada, self.lee, self.sam, self.dis, self.out = (
            house.on_telegram(name) for name in ("Ada", "Lee", "Sam", "Dis", "Out")
        )
        choices: dict[Person, tuple[str, ...]] = {
            self.ada: ("/subscribe",),
            self.lee: ("/language zh-Hant", "/subscribe"),
            self.sam: ("/sound off", "/subscribe"),
            self.dis: ("/discreet on", "/subscribe"),
            self.out: ("/read 1",),
        }
        for person, words in choices.items():
            for text in words:
                person.says(text)
        self.group, self.forum = house.group(self.ada), house.group(self.ada, forum=True)
        self.topic = self.forum.topic("News", self.ada)
        self.ada.says("/language zh-Hant", group=self.group)
        self.ada.says("/updates all", group=self.group)
        self.ada.says("/updates all", group=self.forum)
        self.ada.says("/here", group=self.forum, thread=self.topic)
        self.channel = house.server.group("Voice", kind="channel", bot=None)
        self.channel.adds(self.ada, "administrator", can_post_messages=True, can_change_info=True)
        self.channel.adds_bot(self.ada, "administrator", can_post_messages=True)
        self.ada.waits_here("an admin of your channel now", PATIENCE)
        self.ada.presses("All updates")
        self.ada.waits_here("Updates: all", PATIENCE)

    def get_it(self) -> None:
        """Each as it chose: language, sound, discretion, topic; a Stop button in private alone."""
        everyone: dict[Person | Group, str] = {
            self.ada: POST,
            self.lee: POSTED,
            self.sam: POST,
            self.dis: "something new to read",
            self.group: POSTED,
            self.forum: POST,
            self.channel: POST,
        }
        for place, wanted in everyone.items():
            seen = place.waits_here(wanted, PATIENCE)
            silent, stops = place is self.sam, isinstance(place, Person)
            assert seen.silent is silent
            assert (seen.button("unsubscribe") is not None) is stops
            assert seen.thread == (self.topic if place is self.forum else None)
        assert ENGLISH not in self.dis.sees[-1].text
        self.dis.presses("start update-1")
        self.dis.waits_here(ENGLISH, PATIENCE)
        assert not [text for text in texts(self.out) if "#1" in text]

    def have_it_no_more(self) -> None:
        """It was deleted everywhere."""
        places: tuple[Person | Group, ...] = (self.ada, self.lee, self.sam, self.group, self.forum, self.channel)
        for place in places:
            assert not {POST, POSTED} & set(texts(place))
        assert not [text for text in texts(self.dis) if "something new" in text]


class OnMatrix:
    """People in encrypted rooms, one in the open."""

    def __init__(self, house: House) -> None:
        self.eve, self.joe = house.on_matrix("eve"), house.on_matrix("joe")
        self.mei = house.on_matrix("mei", encrypted=False)
        choices: dict[MatrixPerson, tuple[str, ...]] = {
            self.eve: ("subscribe",),
            self.joe: ("sound off", "subscribe"),
            self.mei: ("language zh-Hant", "subscribe"),
        }
        for person, commands in choices.items():
            person.begins()
            person.sees("in 4 parts")
            for command in commands:
                person.types(command)
        for person in (self.eve, self.joe):
            person.sees("Updates: all")
        self.mei.sees("全部")

    def get_it(self) -> None:
        """It rings, but for whom it must not, and is encrypted where the room is."""
        for person, post, sort in (
            (self.eve, POST, "m.text"),
            (self.joe, POST, "m.notice"),
            (self.mei, POSTED, "m.text"),
        ):
            shown = person.sees(post)
            seen = person.look(shown.reference)
            assert seen.msgtype == sort
            assert seen.encrypted is (person is not self.mei)
            assert shown.commands == ["unsubscribe"]

    def have_it_no_more(self) -> None:
        """It was redacted everywhere."""
        for person in (self.eve, self.joe, self.mei):
            soon(lambda person=person: _is_clean(person))  # type: ignore[misc]


def _is_clean(person: MatrixPerson) -> bool:
    return not [body for body in bodies(person) if ENGLISH in body or CHINESE in body]
