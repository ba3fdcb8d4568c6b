"""The files from which the tests' Synapse starts: its configuration, its log's, and its signing key."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_PLENTY = {"per_second": 100_000, "burst_count": 100_000}
_NO_LIMITS: dict[str, Any] = {
    "rc_message": _PLENTY,
    "rc_registration": _PLENTY,
    "rc_login": {"address": _PLENTY, "account": _PLENTY, "failed_attempts": _PLENTY},
    "rc_admin_redaction": _PLENTY,
    "rc_joins": {"local": _PLENTY, "remote": _PLENTY},
    "rc_joins_per_room": _PLENTY,
    "rc_invites": {"per_room": _PLENTY, "per_user": _PLENTY, "per_issuer": _PLENTY},
    "rc_room_creation": _PLENTY,
    "rc_media_create": _PLENTY,
    "rc_key_requests": _PLENTY,
    "rc_delayed_event_mgmt": _PLENTY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """A homeserver on loopback that federates with nobody, in `folder`; `secret` registers its users."""

    folder: Path
    server_name: str
    port: int
    secret: str

    def write(self, *, limited: bool, log_level: str, settings: Mapping[str, Any]) -> None:
        """Write it all, with `settings` laid over the rest."""
        seed = secrets.token_urlsafe(32).replace("-", "+").replace("_", "/")  # 43 characters: unpadded base64
        (self.folder / "signing.key").write_text(f"ed25519 a_test {seed}\n")
        log: dict[str, Any] = {
            "version": 1,
            "formatters": {"line": {"format": "%(asctime)s %(name)s %(levelname)s %(message)s"}},
            "handlers": {
                "file": {
                    "class": "logging.FileHandler",
                    "formatter": "line",
                    "filename": str(self.folder / "homeserver.log"),
                }
            },
            "root": {"level": log_level, "handlers": ["file"]},
            "disable_existing_loggers": False,
        }
        (self.folder / "log.yaml").write_text(yaml.safe_dump(log))
        config: dict[str, Any] = {
            "server_name": self.server_name,
            "public_baseurl": f"http://127.0.0.1:{self.port}/",
            "listeners": [
                {
                    "port": self.port,
                    "bind_addresses": ["127.0.0.1"],
                    "type": "http",
                    "resources": [{"names": ["client"]}],
                }
            ],
            "database": {"name": "sqlite3", "args": {"database": str(self.folder / "homeserver.db")}},
            "log_config": str(self.folder / "log.yaml"),
            "media_store_path": str(self.folder / "media"),
            "signing_key_path": str(self.folder / "signing.key"),
            "pid_file": str(self.folder / "homeserver.pid"),
            "registration_shared_secret": self.secret,
            "macaroon_secret_key": secrets.token_hex(16),
            "form_secret": secrets.token_hex(16),
            "bcrypt_rounds": 4,
            "report_stats": False,
            "presence": {"enabled": False},
            "trusted_key_servers": [],
            "suppress_key_server_warning": True,
            "federation_domain_whitelist": [],
            "url_preview_enabled": False,
            **({} if limited else _NO_LIMITS),
            **settings,
        }
        (self.folder / "homeserver.yaml").write_text(yaml.safe_dump(config))
