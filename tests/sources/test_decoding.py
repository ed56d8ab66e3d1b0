"""Bodies out of their content coding: what servers send, what recorders keep, and what must not fill the memory."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.sources.decoding import MAX_BYTES, UnknownBodyError, decoded

PLAIN = b'{"plain": true}'


@pytest.mark.parametrize(
    ("codings", "body"),
    [
        ("gzip", gzip.compress(PLAIN, mtime=0)),
        ("gzip", gzip.compress(PLAIN[:4], mtime=0) + gzip.compress(PLAIN[4:], mtime=0)),
        ("gzip", gzip.compress(b"", mtime=0) + gzip.compress(PLAIN, mtime=0)),
        ("gzip", gzip.compress(PLAIN, mtime=0) + b"\0\0"),
        ("gzip", gzip.compress(PLAIN, mtime=0) + b"\r\n"),
        ("gzip", gzip.compress(PLAIN[:4], mtime=0) + b"\0" * 99 + gzip.compress(PLAIN[4:], mtime=0) + b"junk"),
        ("gzip, gzip", gzip.compress(gzip.compress(PLAIN, mtime=0), mtime=0)),
        ("deflate", zlib.compress(PLAIN) + b"\r\n"),
        ("", gzip.compress(PLAIN, mtime=0)),
        ("", zlib.compress(PLAIN)),
        ("gzip", gzip.compress(PLAIN, mtime=0).decode("latin-1").encode()),
        ("aws-chunked, gzip", PLAIN),
        ("deflate", zlib.compress(PLAIN)),
        ("deflate", zlib.compress(PLAIN)[2:-4]),
        ("br, gzip", gzip.compress(PLAIN, mtime=0)),
        ("br", PLAIN),
        ("zstd", PLAIN),
        ("UTF-8", PLAIN),
        ("gzip", PLAIN),
        ("deflate", PLAIN),
        ("br, deflate", zlib.compress(PLAIN)),
        (" , Identity", PLAIN),
        ("", PLAIN),
    ],
)
def test_the_plain_body_comes_out(codings: str, body: bytes) -> None:
    """Several members, what follows them, raw deflate, gzip that nothing tells; and text that only claims a coding."""
    assert decoded(body, codings) == PLAIN


@pytest.mark.parametrize("codings", ["gzip", "deflate", "br", "identity", ""])
def test_an_empty_body_stays_empty(codings: str) -> None:
    """As the answer to HEAD, which has headers alone."""
    assert decoded(b"", codings) == b""
    assert decoded(gzip.compress(b"", mtime=0), "gzip") == b""


def test_text_is_never_unpacked() -> None:
    """What happens to begin as compressed data does, and is readable, was stored plain."""
    text = next(f"x{chr(second)} and so on" for second in range(32, 127) if (ord("x") * 256 + second) % 31 == 0)
    for codings in ("deflate", ""):
        assert decoded(text.encode(), codings, "text/plain") == text.encode()


def test_nothing_is_guessed_of_what_was_sent_for_sure() -> None:
    """Gzip that no header tells stays what it is, and what a header tells is decoded."""
    body = gzip.compress(PLAIN, mtime=0)
    assert decoded(body, "", guessed=False) == body
    assert decoded(body, "gzip", guessed=False) == PLAIN


@pytest.mark.parametrize(
    ("body", "media", "stands"),
    [
        (b"{}", "", True),
        (b'{"a": NaN, "a": 1}', "application/json", True),
        (b"\xef\xbb\xbf{}", "application/json", True),
        (b"9" * 5000, "application/json", True),
        (b"[" * 10**5 + b"]" * 10**5, "application/json", True),
        (b"{}", "application/problem+json", True),
        (b"<p>", "application/problem+json", False),
        (b"<p>", "", False),
        (b"<p>", "text/html", True),
        (b"a\xff", "text/html", False),
        (b"a\x00", "text/html", False),
        (b"\x89PNG\r\n\x1a\n\xff", "image/png", False),
    ],
)
def test_a_doubtful_body_stands_where_it_is_what_its_media_type_says(body: bytes, media: str, stands: bool) -> None:
    """Readable text, and JSON where that is due or nothing is said; else what was sent isn't known."""
    for codings, doubt in (("gzip", ""), ("br", ""), ("", "is cut")):
        if stands:
            assert decoded(body, codings, media, doubt) == body
        else:
            with pytest.raises(UnknownBodyError, match=doubt or codings):
                decoded(body, codings, media, doubt)
    assert decoded(body, "", media) == body


@pytest.mark.parametrize("body", [b"\x0b\x01\x80{}\x03", b"\x28\xb5\x2f\xfd\x20\x02\x11", b"a\0b"])
def test_an_unknown_coding_is_said(body: bytes) -> None:
    """Brotli and zstd are neither guessed at nor taken for the body itself."""
    with pytest.raises(UnknownBodyError, match="is coded as br; record it with decode_compressed_response"):
        decoded(body, "br")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (gzip.compress(PLAIN, mtime=0)[:-9], "is cut in the middle"),
        (gzip.compress(PLAIN, mtime=0) + gzip.compress(PLAIN, mtime=0)[:-9], "is cut in the middle"),
        (zlib.compress(PLAIN)[:-5], "is cut in the middle"),
        (b"\x1f\x8b" + b"\0" * 30, "is broken gzip"),
        (gzip.compress(PLAIN, mtime=0)[:-8] + b"\0" * 8, "is broken gzip"),
        (gzip.compress(PLAIN, mtime=0).decode("utf-8", "replace").encode(), "was stored as text, and lost"),
    ],
)
def test_a_damaged_body_is_said(body: bytes, problem: str) -> None:
    """Cut or broken, in one member or in many, or in no member at all."""
    with pytest.raises(UnknownBodyError, match=problem):
        decoded(body, "gzip")


@pytest.mark.parametrize("pack", [zlib.compress, gzip.compress, lambda body: gzip.compress(body[::2]) * 2])
def test_a_bomb_is_said(pack: Callable[[bytes], bytes]) -> None:
    """A byte too much, in one member or in several."""
    with pytest.raises(UnknownBodyError, match="unpacks to more than 64 MB"):
        decoded(pack(bytes(MAX_BYTES + 1)), "gzip")


def test_the_bound_itself_is_allowed() -> None:
    """A body of just as many bytes comes out whole."""
    assert len(decoded(gzip.compress(bytes(MAX_BYTES), mtime=0), "gzip")) == MAX_BYTES


@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate", "gzip, deflate"]))
def test_what_was_coded_comes_back(body: bytes, codings: str) -> None:
    """For any body and any order of codings."""
    coded = body
    for coding in codings.split(", "):
        coded = gzip.compress(coded, mtime=0) if coding == "gzip" else zlib.compress(coded)
    assert decoded(coded, codings) == body
