"""What a URL in the configuration must be, whichever platform it belongs to."""

from urllib.parse import urlsplit

from bot.errors import Mistake

_PROXIES = ("http", "socks5", "socks5h", "socks4")


def check_server(url: str, what: str, example: str) -> str:
    """The URL without a slash at its end. Raises Mistake where it is no http(s) address of ``what``."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise Mistake(f"is no address of {what}", f"Write it as {example}")
    return url.rstrip("/")


def check_proxy(url: str | None) -> str | None:
    """The URL, or None where there is none. Raises Mistake where it is no proxy's, with its port."""
    if not url:
        return None
    parts = urlsplit(url)
    try:
        whole = parts.scheme in _PROXIES and bool(parts.hostname) and parts.port is not None
    except ValueError:
        whole = False
    if not whole:
        raise Mistake("is no address of a proxy", "Write it as socks5://127.0.0.1:9050 or http://HOST:PORT")
    return url
