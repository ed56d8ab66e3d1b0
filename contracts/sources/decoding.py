"""Recorded bodies taken out of their content coding, bounded, whatever a recording's headers say of them.

A recorder may have decoded a body and kept its header, dropped the header and kept the body coded, or stored bytes as
text. None of that is its vendor's doing: where a recording doesn't prove what was sent, readable text that is what its
media type says is taken as it stands, what is evident by its first bytes is decoded, and anything else isn't known.
"""

from __future__ import annotations

import re
from typing import TypeVar

MAX_BYTES = 64 * 2**20
_GZIP = b"\x1f\x8b"
_ZLIB = (b"x\x01", b"x\x9c", b"x\xda")
_ZSTD = b"\x28\xb5\x2f\xfd"
_AS_TEXT = (b"\x1f\xc2\x8b", b"x\xc2\x9c", b"x\xc3\x9a", b"\x1f\xef\xbf\xbd")
"""How compressed data begins that was stored as text: each byte a character, or lost to a replacement."""
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_REMEDY = "record it with decode_compressed_response, or as plain text"
_PADDING = re.compile(rb"\x00*")
_PIECE = 2**10


class UnknownBodyError(ValueError):
    """What was sent can't be told from what is stored; the message says why, as the end of a sentence."""


def decoded(body: bytes, codings: str, media: str = "", doubt: str = "", *, guessed: bool = True) -> bytes:
    """The body without the codings that a Content-Encoding lists; gzip and deflate are known.

    `media` is its media type without parameters, "" where none is known: then it is due to be JSON. `doubt` says what
    else speaks against these being the bytes that were sent, "" for nothing. `guessed` is off where they are for
    sure: then nothing is decoded that no header tells. Raises UnknownBodyError.
    """
    if guessed and body.startswith(_AS_TEXT):
        body = _bytes_again(body)
    told = False
    for coding in reversed(codings.lower().replace(" ", "").split(",")):
        if coding in {"", "identity"} or not body:
            continue
        known = coding in {"gzip", "x-gzip", "deflate"}
        plain = _unpacked(body) if known else None
        if plain is not None:
            body, told = plain, True
        elif known:
            doubt = doubt or f"is neither the {coding} that its Content-Encoding says nor what its Content-Type says"
        else:
            doubt = doubt or f"is coded as {coding[:40]}; {_REMEDY}"
    if guessed and not told and body.startswith((_GZIP, *_ZLIB, _ZSTD)):
        plain = _unpacked(body)
        body = body if plain is None else plain
        doubt = doubt or (f"is compressed with zstd; {_REMEDY}" if body.startswith(_ZSTD) else "")
    if body and doubt and not _is(media, body):
        raise UnknownBodyError(doubt)
    return body


def _bytes_again(body: bytes) -> bytes:
    try:
        return body.decode().encode("latin-1")
    except ValueError:
        message = f"is compressed data that was stored as text, and lost; {_REMEDY}"
        raise UnknownBodyError(message) from None


def _is(media: str, body: bytes) -> bool:
    """A body is readable text and, where that is due, JSON, at least for a lenient reader."""
    import json

    if not _is_text(body):
        return False
    if media and not media.endswith("json"):
        return True
    try:
        json.loads(body.decode("utf-8-sig"), parse_int=len)
    except RecursionError:
        return True
    except ValueError:
        return False
    return True


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return not _CONTROL.search(body)


def _unpacked(body: bytes) -> bytes | None:
    """What gzip or deflate made of a body, or None."""
    import zlib

    if body.startswith(_GZIP):
        return _gunzipped(body)
    if _is_text(body):
        return None
    for wbits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):  # the second is what some servers mean by deflate
        unpacker = zlib.decompressobj(wbits=wbits)
        try:
            plain = _bounded(unpacker.decompress(body, MAX_BYTES + 1))
        except zlib.error:
            continue
        if unpacker.eof:
            return plain
        if wbits > 0:
            raise UnknownBodyError(_CUT)
    return None


def _gunzipped(body: bytes) -> bytes:
    """The members of gzip; what follows the last one counts for nothing, as for any client."""
    import zlib

    view, at, plain = memoryview(body), 0, bytearray()
    while body.startswith(_GZIP, at):
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        while not unpacker.eof:
            piece = view[at : at + _PIECE]  # small, for what is left over of it is copied for each member
            if not piece:
                raise UnknownBodyError(_CUT)
            try:
                plain += unpacker.decompress(piece, MAX_BYTES + 1 - len(plain))
            except zlib.error:
                message = "is broken gzip"
                raise UnknownBodyError(message) from None
            _bounded(plain)
            at += len(piece)
        padding = _PADDING.match(body, at - len(unpacker.unused_data))
        assert padding is not None
        at = padding.end()
    return bytes(plain)


_CUT = "is cut in the middle of its compressed data"


_Bytes = TypeVar("_Bytes", bytes, bytearray)


def _bounded(plain: _Bytes) -> _Bytes:
    if len(plain) > MAX_BYTES:
        message = f"unpacks to more than {MAX_BYTES // 2**20} MB"
        raise UnknownBodyError(message)
    return plain
