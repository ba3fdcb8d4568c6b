"""``python -m tests.wires.telegram``: serves until SIGTERM or SIGINT; prints ``{"port": N, "url": ...}`` first."""

import argparse
import asyncio
import json
import signal
import sys

from tests.wires.telegram.server import TOKEN, BotApiServer


def read_options() -> argparse.Namespace:
    """The options as they were typed."""
    parser = argparse.ArgumentParser(prog="python -m tests.wires.telegram", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--username", default="solidarity_test_bot")
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument("--lenient", action="store_true", help="judge nothing: for the benchmark")
    parser.add_argument("--limits", action="store_true", help="Telegram's limits on sending")
    parser.add_argument("--counts-only", action="store_true", help="keep no record of calls and messages")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


async def serve(options: argparse.Namespace) -> None:
    """Serve until told to stop."""
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    server = BotApiServer(
        options.token,
        username=options.username,
        strict=not options.lenient,
        limits=options.limits,
        latency=options.latency_ms / 1000,
        keep=not options.counts_only,
        seed=options.seed,
        port=options.port,
    )
    async with server:
        sys.stdout.write(json.dumps({"port": server.port, "url": server.url}) + "\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve(read_options()))
