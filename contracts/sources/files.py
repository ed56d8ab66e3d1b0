"""Reading and writing whole files: bounded, in UTF-8, and never half."""

from __future__ import annotations

import os
from pathlib import Path

from contracts.errors import Unusable

MAX_BYTES = 64 * 2**20


def read_text(path: Path, what: str) -> str:
    """The text of a file; `what` names its role in messages. Raises Unusable, in one line."""
    try:
        if path.is_dir():
            message = f"{path}: a folder, where {what} is expected; name the file itself"
            raise Unusable(message)
        if path.stat().st_size > MAX_BYTES:
            message = f"{path}: larger than {MAX_BYTES // 2**20} MB; that is no {what}"
            raise Unusable(message)
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        message = f"{path}: no such file; name {what}"
        raise Unusable(message) from None
    except UnicodeDecodeError as error:
        message = f"{path}: not text in UTF-8 (byte {error.start}); name {what}"
        raise Unusable(message) from None
    except (OSError, ValueError) as error:
        message = f"{path}: can't be read: {getattr(error, 'strerror', None) or error}"
        raise Unusable(message) from None


def write_text(path: Path, text: str) -> None:
    """Puts `text` in place as a whole: a kill at any moment leaves the old file or the new one. Raises Unusable."""
    import tempfile

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            umask = os.umask(0)
            os.umask(umask)
            Path(temporary).chmod(0o666 & ~umask)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        message = f"{path}: can't be written: {error.strerror or error}"
        raise Unusable(message) from None
