"""Who may set a room while the homeserver is slow, away, or has not told anything for a while."""

import asyncio
from datetime import timedelta

import pytest

from bot.model.people import Address
from bot.platforms.matrix import authority
from tests.platforms.matrix.conftest import Meet
from tests.platforms.matrix.stage import Stage
from tests.platforms.matrix.test_memberships import gather
from tests.wires.proxy import Fault, Proxy, Trouble, fails


async def test_what_is_old_is_asked_for(
    stage: Stage, proxy: Proxy, meet: Meet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is now, though the sync is stuck; where nobody answers in time there is no answer."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        room = await gather(stage, ada, ben, "12", encrypted=False)
        address = Address("matrix", room)
        stuck = proxy.breaks("GET", "/sync", Fault(trouble=Trouble.HANG), times=None)
        await ada.says(room, "nothing")
        await stage.wait_for(lambda: stuck.hits)
        monkeypatch.setattr(authority, "_FRESH", timedelta())
        await ada.sets_power(room, ben.user_id, 50)
        assert await stage.platform.may_set(address, ben.user_id) is True
        assert await stage.platform.may_set(address, ada.user_id) is True
        await ada.kicks(room, ben.user_id)
        assert await stage.platform.may_set(address, ben.user_id) is False
        assert await stage.platform.may_set(address, "@nobody:matrix.test") is False
        broken = proxy.breaks("GET", "/state/", fails(), times=None)
        assert await stage.platform.may_set(address, ada.user_id) is None
        broken.lift()
        monkeypatch.setattr(authority, "_PATIENCE_SECONDS", 0.2)
        silent = proxy.breaks("GET", "/state/", Fault(trouble=Trouble.HANG), times=None)
        async with asyncio.timeout(2):
            assert await stage.platform.may_set(address, ada.user_id) is None
        silent.lift()
        stuck.lift()


async def test_before_the_first_sync_nothing_is_known(stage: Stage, proxy: Proxy) -> None:
    """Which is no reason to let anybody in."""
    proxy.breaks("GET", "/sync", Fault(trouble=Trouble.HANG), times=None)
    stage.run()
    assert await stage.platform.may_set(Address("matrix", "!room"), "@ada:matrix.test") is None
    await stage.stop()
