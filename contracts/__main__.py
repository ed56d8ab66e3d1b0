"""`python -m contracts`: the command where no script is installed."""

from __future__ import annotations

from contracts.commands.group import run

if __name__ == "__main__":
    run()
