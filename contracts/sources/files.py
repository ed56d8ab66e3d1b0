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
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # a device has no size, and no end
        if len(data) > MAX_BYTES:
            message = f"{path}: larger than {MAX_BYTES // 2**20} MB; that is not {what}"
            raise Unusable(message)
        return data.decode("utf-8-sig")
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
    """Puts `text` in place as a whole: a kill at any moment leaves the old file or the new one. Raises Unusable.

    A link stays one, and what it points to is written; a file keeps its permissions; a device or a pipe is written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        data = text.encode()
        if path.exists() and not path.is_file():
            path.write_bytes(data)
        else:
            _replace(Path(os.path.realpath(path)), data)
    except (FileExistsError, NotADirectoryError):
        message = f"{path}: can't be written: {path.parent} is no folder"
        raise Unusable(message) from None
    except (OSError, ValueError) as error:
        message = f"{path}: can't be written: {getattr(error, 'strerror', None) or error}"
        raise Unusable(message) from None


def _replace(path: Path, data: bytes) -> None:
    import tempfile

    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".contracts-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(_mode(path))
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    """The permissions of the file there, or those that a new one gets."""
    if path.exists():
        return path.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
