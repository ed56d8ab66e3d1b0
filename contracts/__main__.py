"""The process of the command `contracts`, by the installed script or `python -m contracts`: beginning and end."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn


def run() -> NoReturn:
    """Runs the command, without collecting while everything is being loaded, and ends without taking it all apart.

    Each is a tenth of a short run. What others registered for the end of the process is still done, and everything
    printed is out.
    """
    gc.set_threshold(50_000, 20, 20)
    from contracts.commands.group import main
    from contracts.errors import Exit

    code: object = Exit.KEPT
    try:
        main()
    except SystemExit as end:
        code = end.code
    atexit._run_exitfuncs()  # noqa: SLF001  the one way to have them run before the end
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code if isinstance(code, int) else Exit.BROKEN if code else Exit.KEPT)


if __name__ == "__main__":
    run()
