"""Where a person's encryption machine keeps its keys: in memory, for as long as the person stays.

It answers what nio's stores answer. Nothing is read back, so that nothing needs to be written.
"""

from typing import Any

from nio.crypto import DeviceStore, GroupSessionStore, OlmDevice, SessionStore, TrustState


class Memory:
    """A store for one device; the objects themselves live in the machine that asks."""

    def load_account(self) -> None:
        """Nothing: the machine makes a new account."""

    def load_sessions(self) -> SessionStore:
        """None yet."""
        return SessionStore()

    def load_inbound_group_sessions(self) -> GroupSessionStore:
        """None yet."""
        return GroupSessionStore()

    def load_device_keys(self) -> DeviceStore:
        """None yet."""
        return DeviceStore()

    def load_outgoing_key_requests(self) -> dict[str, Any]:
        """None yet."""
        return {}

    def save_account(self, account: object) -> None:
        """The machine holds it."""

    def save_session(self, sender_key: str, session: object) -> None:
        """The machine holds it."""

    def save_inbound_group_session(self, session: object) -> None:
        """The machine holds it."""

    def save_device_keys(self, devices: object) -> None:
        """The machine holds them."""

    def add_outgoing_key_request(self, request: object) -> None:
        """The machine holds it."""

    def remove_outgoing_key_request(self, request: object) -> None:
        """The machine holds it."""

    def verify_device(self, device: OlmDevice) -> bool:
        """Trust it with keys; whether that is new."""
        return _change(device, TrustState.verified)

    def blacklist_device(self, device: OlmDevice) -> bool:
        """Give it no keys; whether that is new."""
        return _change(device, TrustState.blacklisted)

    def is_device_verified(self, device: OlmDevice) -> bool:
        """Whether it is trusted with keys."""
        return bool(device.trust_state == TrustState.verified)

    def is_device_blacklisted(self, device: OlmDevice) -> bool:
        """Whether it gets no keys."""
        return bool(device.trust_state == TrustState.blacklisted)

    def is_device_ignored(self, device: OlmDevice) -> bool:
        """Whether its state is passed over."""
        return bool(device.trust_state == TrustState.ignored)

    def ignore_devices(self, devices: list[OlmDevice]) -> None:
        """Pass over their state."""
        for device in devices:
            device.trust_state = TrustState.ignored


def _change(device: OlmDevice, state: TrustState) -> bool:
    changed = device.trust_state != state
    device.trust_state = state
    return bool(changed)
