"""Make docs/conversation.svg: what ``solidarity-bot chat`` prints for a few lines, as a picture."""

import io
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console

LINES = ("start", "language 繁體", "read 3")
SHOWN = 34


def main() -> None:
    """Hold the conversation, and save what was printed."""
    console = Console(record=True, width=96, file=io.StringIO())
    previous = ""
    for count, line in enumerate(LINES, 1):
        said = "\n".join(LINES[:count])
        command = [sys.executable, "-m", "bot", "chat"]
        printed = subprocess.run(command, input=said, capture_output=True, text=True, check=True).stdout
        answer = printed[len(previous) :].strip("\n").splitlines()
        previous = printed
        console.print(f"> {line}", style="bold green", highlight=False)
        console.print("\n".join(answer[:SHOWN]) + "\n", markup=False, highlight=False)
    picture = console.export_svg(title="solidarity-bot chat")
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)  # a README that fetches nothing
    Path("docs/conversation.svg").write_text(picture, "utf-8")


if __name__ == "__main__":
    main()
