"""Listening: what is confirmed when, and what ends it."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.errors import CredentialRefused, PolledElsewhere
from bot.model.speech import Ask, Happening
from bot.platforms.telegram.line import Line
from bot.platforms.telegram.options import TelegramOptions
from tests.platforms.telegram.stage import Stage, until
from tests.wires.telegram import TOKEN, BotApiServer, Fault, Trouble


async def test_update_is_confirmed_only_after_it_is_committed(server: BotApiServer) -> None:
    """While hear has not returned, the update stays with Telegram; afterwards the next poll confirms it."""
    ada = server.person()
    async with Stage(server) as stage:
        committed, asked = asyncio.Event(), asyncio.Event()

        async def hear(asks: Sequence[Ask]) -> None:
            stage.heard += asks
            asked.set()
            await committed.wait()

        await stage.stop()
        stage.running = asyncio.create_task(stage.platform.run(hear, stage.set_ready))
        ada.says("/read 1")
        await asyncio.wait_for(asked.wait(), 5)
        await asyncio.sleep(0.05)
        assert server.world.updates.confirmed == 0
        committed.set()
        await until(lambda: server.world.updates.confirmed == 1)
        assert [ask.text for ask in stage.heard] == ["read 1"]


async def test_uncommitted_updates_come_again(server: BotApiServer) -> None:
    """If hear fails, the loop lives on, confirms nothing, and hears the same again after a pause."""
    ada = server.person()
    async with Stage(server) as stage:
        batches: list[list[str]] = []

        async def hear(asks: Sequence[Ask]) -> None:
            batches.append([ask.id for ask in asks])
            if len(batches) < 4:
                raise OSError("disk full")

        await stage.stop()
        stage.clock.slept.clear()
        stage.running = asyncio.create_task(stage.platform.run(hear, stage.set_ready))
        ada.says("/read 1")
        await until(lambda: server.world.updates.confirmed == 1)
        assert len(batches) == 4
        assert len({tuple(batch) for batch in batches}) == 1
        first, second, third = stage.clock.slept
        assert 0.5 <= first <= 1 <= second <= 2 <= third <= 4
        assert stage.events.count("telegram_not_committed") == 3


async def test_batch_is_heard_at_once_and_in_order(server: BotApiServer) -> None:
    """What waited while the bot was down is heard in batches of up to a hundred, the oldest first."""
    ada = server.person()
    for number in range(250):
        ada.says(f"/read {number}")
    stage = Stage(server)
    batches: list[int] = []

    async def hear(asks: Sequence[Ask]) -> None:
        stage.heard += asks
        batches.append(len(asks))

    task = asyncio.create_task(stage.platform.run(hear, stage.set_ready))
    await until(lambda: server.world.updates.confirmed == 250)
    assert batches == [100, 100, 50]
    assert [ask.text for ask in stage.heard] == [f"read {number}" for number in range(250)]
    assert len({ask.id for ask in stage.heard}) == 250
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await stage.platform.aclose()


async def test_update_that_cannot_be_understood_is_passed_over(server: BotApiServer) -> None:
    """An update in no known shape is logged without its content and confirmed; those beside it are heard."""
    ada = server.person()
    async with Stage(server) as stage:
        with server.world.lock:
            server.world.updates.add("message", {"chat": "secret words", "from": ada.user})
            server.world.updates.add("callback_query", {"secret": "words"})
            ada.says("/read 1")
        await ada.waits("you said read 1")
        await until(lambda: server.world.updates.confirmed == 3)
        assert stage.events.count("telegram_update_not_understood") == 2
        assert "secret" not in repr(stage.captured.entries)


async def test_only_wanted_updates_are_asked_for(server: BotApiServer) -> None:
    """Each poll names what it wants; that a person blocks the bot is heard as its leaving."""
    ada = server.person()
    async with Stage(server) as stage:
        ada.says("/read 1")
        await ada.waits("you said")
        ada.blocks()
        await until(lambda: server.world.updates.confirmed == 2)
        wanted = {tuple(parameters["allowed_updates"]) for parameters in stage.called("getUpdates")}
        assert wanted == {("message", "callback_query", "my_chat_member", "channel_post")}
        assert [ask.happening for ask in stage.heard] == [None, Happening.LEFT]


async def test_left_over_webhook_is_removed_and_its_updates_kept(server: BotApiServer) -> None:
    """A webhook from before is taken away at start; what waited for it is heard."""
    ada = server.person()
    server.world.webhook = {"url": "https://old.example.org/hook"}
    ada.says("/read 1")
    async with Stage(server) as stage:
        await ada.waits("you said read 1")
        assert server.world.webhook["url"] == ""
        assert "telegram_webhook_removed" in stage.events
        assert [violation.code for violation in server.violations] == []


async def test_webhook_set_while_polling_is_removed(server: BotApiServer) -> None:
    """A webhook that somebody sets meanwhile shuts the poll; it is taken away again, and no rival is suspected."""
    ada = server.person()
    async with Stage(server) as stage:
        with server.world.lock:
            server.world.webhook = {"url": "https://new.example.org/hook"}
            server.world.updates.end_polls()
        ada.says("/read 1")
        await ada.waits("you said read 1")
        assert server.world.webhook["url"] == ""
        assert "telegram_polled_elsewhere" not in stage.events


async def test_wrong_token_is_refused_at_once(server: BotApiServer) -> None:
    """A token that Telegram does not know ends the run with exit code 2, without a second try."""
    for token in ("7204561839:AAF-another_token_of_the_same_length_", "nonsense"):
        stage = Stage(server, options={"token": token})
        with pytest.raises(CredentialRefused) as refused:
            await stage.run()
        assert refused.value.exit_code == 2
        assert token not in str(refused.value)
        await stage.platform.aclose()
    assert len(server.requests) == 2


async def test_revoked_token_ends_the_run(server: BotApiServer) -> None:
    """A token that is revoked while polling is tried once more, and then ends the run."""
    async with Stage(server) as stage:
        assert stage.running is not None
        server.revoke_token()
        with pytest.raises(CredentialRefused):
            await asyncio.wait_for(stage.running, 5)
        stage.running = None


async def test_one_false_refusal_of_a_good_token_does_not_end_the_run(server: BotApiServer) -> None:
    """A 401 to a poll alone, with the token still good, is outlived."""
    ada = server.person()
    async with Stage(server) as stage:
        server.faults.error(401, "Unauthorized", method="getUpdates")
        with server.world.lock:
            server.world.updates.end_polls()
        ada.says("/read 1")
        await ada.waits("you said read 1")
        assert len(stage.called("getMe")) == 2


async def test_answers_wait_while_the_token_is_refused(server: BotApiServer) -> None:
    """With a refused token no answer is lost: it is put off until the poll has found out."""
    ada = server.person()
    async with Stage(server) as stage:
        ada.says("/read 1")
        await ada.waits("you said")
        await stage.stop()
        server.revoke_token()
        verdict = await stage.platform.answer(stage.heard[0], stage.reply(stage.heard[0]))
        assert repr(verdict).startswith("Later(")
        stage.running = None


async def test_polled_elsewhere_ends_after_a_minute(server: BotApiServer) -> None:
    """Conflicts that last for 60 seconds end a newcomer with exit code 3; shorter ones do not."""
    async with Stage(server) as stage:
        assert stage.running is not None
        begun = stage.clock.now()
        server.faults.error(409, "Conflict: terminated by other getUpdates request", method="getUpdates", times=None)
        with server.world.lock:
            server.world.updates.end_polls()
        with pytest.raises(PolledElsewhere) as ended:
            await asyncio.wait_for(stage.running, 10)
        assert ended.value.exit_code == 3
        assert 60 <= (stage.clock.now() - begun).total_seconds() <= 63
        assert stage.events.count("telegram_polled_elsewhere") == 1
        stage.running = None


async def test_established_bot_outlasts_a_newcomer(server: BotApiServer) -> None:
    """A bot that had polled for a minute before the conflicts bears 75 seconds of them: the newcomer ends first."""
    async with Stage(server) as stage:
        assert stage.running is not None
        stage.clock.moment += timedelta(hours=1)
        begun = stage.clock.now()
        server.faults.error(409, "Conflict: terminated by other getUpdates request", method="getUpdates", times=None)
        with server.world.lock:
            server.world.updates.end_polls()
        with pytest.raises(PolledElsewhere):
            await asyncio.wait_for(stage.running, 10)
        assert 75 <= (stage.clock.now() - begun).total_seconds() <= 78
        stage.running = None


async def test_short_conflict_is_outlived(server: BotApiServer) -> None:
    """An old process that polls for some seconds more, as at a restart, ends nothing; nor do two such an hour apart."""
    ada = server.person()
    async with Stage(server) as stage:
        for number in range(2):
            server.faults.error(409, "Conflict: terminated by other getUpdates", method="getUpdates", times=15)
            with server.world.lock:
                server.world.updates.end_polls()
            ada.says(f"/read {number}")
            await ada.waits(f"you said read {number}")
            stage.clock.moment += timedelta(hours=1)


async def test_limited_poll_waits_as_told(server: BotApiServer) -> None:
    """A 429 to a poll is waited out to the second."""
    ada = server.person()
    async with Stage(server) as stage:
        stage.clock.slept.clear()
        server.faults.add(Fault(trouble=Trouble.ANSWER, method="getUpdates", status=429, retry_after=17))
        with server.world.lock:
            server.world.updates.end_polls()
        ada.says("/read 1")
        await ada.waits("you said read 1")
        assert stage.clock.slept == [17]


async def test_outage_is_waited_out_with_longer_and_longer_pauses(server: BotApiServer) -> None:
    """While Telegram is away the pauses grow from one second to sixty; then the poll goes on where it was."""
    ada = server.person()
    async with Stage(server) as stage:
        stage.clock.slept.clear()
        await server.hush()
        ada.says("/read 1")
        await until(lambda: len(stage.clock.slept) >= 10)
        await server.listen()
        await ada.waits("you said read 1")
        for failures, wait in enumerate(stage.clock.slept):
            longest = min(60, 2**failures)
            assert longest / 2 <= wait <= longest
        assert stage.events.count("telegram_unreachable") == 1
        assert stage.events.count("telegram_reached") == 1


async def test_unreachable_at_start_is_no_reason_to_end(server: BotApiServer) -> None:
    """Started while Telegram is away, the bot waits and becomes ready when it is back."""
    await server.hush()
    stage = Stage(server)
    task = stage.run()
    await until(lambda: len(stage.clock.slept) >= 3)
    assert not stage.ready.is_set()
    await server.listen()
    await asyncio.wait_for(stage.ready.wait(), 5)
    assert not task.done()
    await stage.stop()
    await stage.platform.aclose()


async def test_strange_replies_are_an_outage_not_an_end(server: BotApiServer) -> None:
    """A gateway's pages, with whatever status, and replies that are no updates, are waited out."""
    ada = server.person()
    async with Stage(server) as stage:
        for status, body in ((404, "<html>nginx</html>"), (401, "{}"), (200, "[]"), (200, '{"ok":true,"result":{}}')):
            server.faults.add(Fault(trouble=Trouble.ANSWER, method="getUpdates", status=status, body=body))
        with server.world.lock:
            server.world.updates.end_polls()
        ada.says("/read 1")
        await ada.waits("you said read 1")
        assert len(stage.clock.slept) == 4


async def test_cancelling_ends_fast(server: BotApiServer) -> None:
    """A long poll in flight does not hold the end up, and no connection stays open."""
    async with Stage(server) as stage:
        await until(lambda: server.world.updates.polls)
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await stage.stop()
        await stage.platform.aclose()
        assert loop.time() - begun < 5


async def test_poll_waits_fifty_seconds_for_news(server: BotApiServer) -> None:
    """The first poll returns at once, to show that one may poll; the others are long."""
    async with Stage(server) as stage:
        await until(lambda: server.world.updates.polls)
        assert [parameters["timeout"] for parameters in stage.called("getUpdates")] == [0, 50]


async def test_line_keeps_long_polls_apart(server: BotApiServer) -> None:
    """The long poll has connections of its own."""
    line = Line(TelegramOptions.model_validate({"token": TOKEN, "api_url": server.url}))
    try:
        poll = asyncio.create_task(line.poll(None, 50))
        await until(lambda: server.world.updates.polls)
        me = await line.call("getMe", {})
        assert me["username"] == "solidarity_test_bot"
        assert not poll.done()
        poll.cancel()
    finally:
        await line.aclose()


@pytest.mark.parametrize("privacy", [True, False])
async def test_privacy_mode_off_is_told_and_changes_nothing(privacy: bool) -> None:
    """The operator is told; what people say among themselves is not heard, also where Telegram hands it over."""
    async with BotApiServer(privacy=privacy) as server:
        ada = server.person()
        group = server.group()
        async with Stage(server) as stage:
            ada.says("hello", group=group)
            ada.says("/read 1", group=group)
            await group.waits("you said read 1")
            assert [ask.text for ask in stage.heard] == ["read 1"]
            assert ("telegram_reads_whole_groups" in stage.events) is not privacy
