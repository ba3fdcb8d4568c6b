"""``python -m bot`` is the command ``solidarity-bot``.

Being told to end is no fault, also while the program is still being imported: hence the door is opened in here.
"""

import os
import signal

ENDINGS = (signal.SIGTERM, signal.SIGINT)
"""How an operator tells the program to end."""


def main() -> None:
    """Do what the command line says, and end the process with the exit code.

    Told to end before anything is served, it ends at once with 0: whatever was begun is as after a power cut, which
    the store bears. What serves, listens for itself, and finishes first.
    """
    for number in ENDINGS:
        signal.signal(number, _end)
    from bot import cli  # noqa: PLC0415 - takes long

    try:
        cli.main()
    finally:
        for number in ENDINGS:
            signal.signal(number, signal.SIG_IGN)  # nothing is left to end


def _end(*_: object) -> None:
    os._exit(0)


if __name__ == "__main__":
    main()
