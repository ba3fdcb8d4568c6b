"""What a person does with rooms themselves: opens them, invites, leaves, and rules over them."""

from tests.wires.matrix.line import Json, Line


class Rooms:
    """The acts of a room's member, over their line; each raises Refused where the homeserver refuses."""

    def __init__(self, line: Line, user_id: str) -> None:
        self.line = line
        self.user_id = user_id

    async def creates(
        self,
        *,
        invites: list[str],
        name: str | None = None,
        encrypted: bool = True,
        direct: bool = False,
        room_version: str | None = None,
    ) -> str:
        """Make a private room as Element does and return its id; nobody has joined yet."""
        body: Json = {
            "preset": "trusted_private_chat" if direct else "private_chat",
            "visibility": "private",
            "invite": invites,
            "is_direct": direct,
            "initial_state": [{"type": "m.room.guest_access", "content": {"guest_access": "can_join"}}],
        }
        if encrypted:
            algorithm = {"algorithm": "m.megolm.v1.aes-sha2"}
            body["initial_state"].append({"type": "m.room.encryption", "content": algorithm})
        if name:
            body["name"] = name
        if room_version:
            body["room_version"] = room_version
        room = str((await self.line.ask("POST", "createRoom", body=body))["room_id"])
        if direct:
            content = {invites[0]: [room]}
            await self.line.ask("PUT", "user", self.user_id, "account_data", "m.direct", body=content)
        return room

    async def joins(self, room: str) -> None:
        """Accept an invitation, or enter where anyone may."""
        await self.line.ask("POST", "join", room)

    async def invites(self, room: str, user: str) -> None:
        """Ask somebody in."""
        await self.line.ask("POST", "rooms", room, "invite", body={"user_id": user})

    async def leaves(self, room: str) -> None:
        """Go, or decline an invitation."""
        await self.line.ask("POST", "rooms", room, "leave")

    async def kicks(self, room: str, user: str) -> None:
        """Put somebody out."""
        await self.line.ask("POST", "rooms", room, "kick", body={"user_id": user})

    async def bans(self, room: str, user: str) -> None:
        """Put somebody out for good."""
        await self.line.ask("POST", "rooms", room, "ban", body={"user_id": user})

    async def unbans(self, room: str, user: str) -> None:
        """Let somebody be invited again."""
        await self.line.ask("POST", "rooms", room, "unban", body={"user_id": user})

    async def state(self, room: str, kind: str, key: str = "") -> Json:
        """A state event's content; Refused with M_NOT_FOUND where there is none."""
        return await self.line.ask("GET", "rooms", room, "state", kind, key)

    async def sets_state(self, room: str, kind: str, content: Json, key: str = "") -> None:
        """Set a state event."""
        await self.line.ask("PUT", "rooms", room, "state", kind, key, body=content)

    async def sets_power(self, room: str, user: str, level: int) -> None:
        """Give somebody a power level."""
        levels = await self.state(room, "m.room.power_levels")
        users = levels.get("users", {}) | {user: level}
        await self.sets_state(room, "m.room.power_levels", levels | {"users": users})

    async def upgrades(self, room: str, version: str) -> str:
        """Replace the room by one of another version and return the new one's id; nobody is invited along."""
        answer = await self.line.ask("POST", "rooms", room, "upgrade", body={"new_version": version})
        return str(answer["replacement_room"])
