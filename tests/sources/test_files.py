"""Whole files: read within bounds, written as a whole or not at all."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from contracts.errors import Unusable
from contracts.sources import files
from contracts.sources.files import read_text, workshop, write_text

WHAT = "a list of rows"

KILLED = """
import os, sys
from pathlib import Path
from contracts.sources.files import write_text
os.{moment} = lambda *_, **__: os._exit(9)
write_text(Path(sys.argv[1]), "new" * 100_000)
"""


@pytest.mark.parametrize(("data", "text"), [(b"a\r\nb", "a\r\nb"), ("\ufeffé".encode(), "é"), (b"", "")])
def test_text_is_read_as_it_stands(tmp_path: Path, data: bytes, text: str) -> None:
    """UTF-8 with or without a byte order mark; line ends stay."""
    path = tmp_path / "file"
    path.write_bytes(data)
    assert read_text(path, WHAT) == text


def test_what_can_t_be_read_is_one_line(tmp_path: Path) -> None:
    """Each oddity names the path, the reason and what is expected."""
    (tmp_path / "binary").write_bytes(b"ok\xff")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "file").write_bytes(b"")
    for name, reason in {
        "missing": "no such file; name a list of rows",
        "binary": "not text in UTF-8 (byte 2); name a list of rows",
        ".": "a folder, where a list of rows is expected; name the file itself",
        "loop": "can't be read: Too many levels of symbolic links",
        "file/below": "can't be read: Not a directory",
        "n" * 300: "can't be read: File name too long",
        "nul\0": "can't be read: embedded null byte",
    }.items():
        with pytest.raises(Unusable) as error:
            read_text(tmp_path / name, WHAT)
        assert str(error.value) == f"{tmp_path / name}: {reason}"


def test_reading_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of the largest size is read, one byte more is refused, and so is a device without an end."""
    monkeypatch.setattr(files, "MAX_BYTES", 2**20)
    path = tmp_path / "file"
    path.write_bytes(b"x" * 2**20)
    assert len(read_text(path, WHAT)) == 2**20
    path.write_bytes(b"x" * (2**20 + 1))
    for large in (path, Path("/dev/zero")):
        with pytest.raises(Unusable, match=r"larger than 1 MB; that is not a list of rows$"):
            read_text(large, WHAT)


def test_a_pipe_can_be_read_and_written(tmp_path: Path) -> None:
    """A shell's `<(...)` and `>(...)` are files as well."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=write_text, args=(pipe, "through"))
    writer.start()
    assert read_text(pipe, WHAT) == "through"
    writer.join()
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_written_text_is_read_back(tmp_path: Path) -> None:
    """In UTF-8, line ends untouched, folders made as needed, nothing else in them."""
    path = tmp_path / "new" / "er" / "file"
    for text in ("é\r\n\n", "", "shorter"):
        write_text(path, text)
        assert path.read_bytes() == text.encode()
        assert list(path.parent.iterdir()) == [path]


def test_permissions_are_the_user_s(tmp_path: Path) -> None:
    """A new file gets what the umask leaves, an old one keeps its own."""
    path = tmp_path / "file"
    before = os.umask(0o027)
    try:
        write_text(path, "one")
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o600)
        write_text(path, "two")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What it points to is written, also where nothing stands there yet."""
    target, link = tmp_path / "target", tmp_path / "link"
    link.symlink_to("target")
    for text in ("one", "two"):
        write_text(link, text)
        assert (link.is_symlink(), target.read_text()) == (True, text)


def test_a_device_stays_a_device() -> None:
    """Writing to the null device must not replace it, least of all for the superuser."""
    write_text(Path(os.devnull), "gone")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


@pytest.mark.parametrize("moment", ["fsync", "chmod", "replace"])
def test_a_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """A full disk at any step: one line, the old text, nothing half beside it."""
    path = tmp_path / "file"
    write_text(path, "old")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, moment, full)
        with pytest.raises(Unusable) as error:
            write_text(path, "new")
    assert str(error.value) == f"{path}: can't be written: No space left on device"
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("file", "old")]


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_a_kill_leaves_the_old_file(tmp_path: Path, moment: str) -> None:
    """A process that ends at once between writing and moving leaves the old text whole."""
    path = tmp_path / "file"
    path.write_text("old")
    done = subprocess.run([sys.executable, "-c", KILLED.format(moment=moment), path], check=False, timeout=30)
    assert (done.returncode, path.read_text()) == (9, "old")


def test_what_a_kill_left_is_removed_by_the_next(tmp_path: Path) -> None:
    """Whoever writes there next clears away what ended processes left, and nothing else."""
    path = tmp_path / "file"
    subprocess.run([sys.executable, "-c", KILLED.format(moment="replace"), path], check=False, timeout=30)
    assert len(list(tmp_path.iterdir())) == 1
    for name in (".contracts-mine", ".contracts-notes.tmp", ".contractss-abcdefgh.tmp"):
        (tmp_path / name).mkdir()
    with workshop(tmp_path) as mine:
        write_text(path, "new")
        assert sorted(one.name for one in tmp_path.iterdir()) == sorted(
            [".contracts-mine", ".contracts-notes.tmp", ".contractss-abcdefgh.tmp", "file", mine.name]
        )
    assert not mine.exists()


def test_writers_at_once_take_nothing_from_each_other(tmp_path: Path) -> None:
    """Many threads writing into one folder: every text arrives."""
    with ThreadPoolExecutor(8) as writers:
        list(writers.map(lambda number: write_text(tmp_path / f"{number % 4}", str(number)), range(200)))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["0", "1", "2", "3"]


def test_what_can_t_be_written_is_one_line(tmp_path: Path) -> None:
    """A folder, a file in the way, a name that is none, a text that is none."""
    (tmp_path / "file").write_text("")
    for name, text, reason in (
        (".", "", "Is a directory"),
        ("file/below", "", f"{tmp_path / 'file'} is no folder"),
        ("file/far/below", "", f"{tmp_path / 'file' / 'far'} is no folder"),
        ("n" * 300, "", "File name too long"),
        ("nul\0", "", "embedded null byte"),
        ("text", "\ud800", "'utf-8' codec can't encode character '\\ud800' in position 0: surrogates not allowed"),
    ):
        with pytest.raises(Unusable) as error:
            write_text(tmp_path / name, text)
        assert str(error.value) == f"{tmp_path / name}: can't be written: {reason}"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
