"""Bodies taken out of their content coding, bounded, whatever a recording's headers say of them."""

from __future__ import annotations

import re

MAX_BYTES = 64 * 2**20
_GZIP = b"\x1f\x8b"
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class BrokenBodyError(ValueError):
    """The coded body is damaged, cut, or unpacks beyond bounds."""


class UnknownCodingError(ValueError):
    """The body is coded in a way that isn't read here (brotli, zstd, ...)."""


def decoded(body: bytes, codings: str) -> bytes:
    """The body without the codings that a Content-Encoding lists; gzip and deflate are known.

    Many recorders store a body decoded and keep its header: one that isn't in the coding it claims stays as it is, and
    so does readable text that claims a coding unknown here. Raises BrokenBodyError, UnknownCodingError.
    """
    for coding in reversed(codings.lower().replace(" ", "").split(",")):
        if coding in {"", "identity"} or not body:
            continue
        if coding in {"gzip", "x-gzip", "deflate"}:
            body = _inflated(body)
        elif not _is_text(body):
            message = f"is coded as {coding[:40]}; record it with decode_compressed_response, or as plain text"
            raise UnknownCodingError(message)
    return body


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return not _CONTROL.search(body)


def _inflated(body: bytes) -> bytes:
    import zlib

    if body.startswith(_GZIP):
        return _gunzipped(body)
    if _is_text(body):
        return body
    try:
        return _unpacked(body, zlib.MAX_WBITS)
    except zlib.error:
        pass
    try:
        return _unpacked(body, -zlib.MAX_WBITS)  # what some servers mean by deflate
    except (zlib.error, BrokenBodyError):
        return body


def _gunzipped(body: bytes) -> bytes:
    import gzip
    import io
    import zlib

    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as members:
            return _bounded(members.read(MAX_BYTES + 1))
    except EOFError:
        raise BrokenBodyError(_CUT) from None
    except (OSError, zlib.error):
        message = "is broken gzip"
        raise BrokenBodyError(message) from None


def _unpacked(body: bytes, wbits: int) -> bytes:
    import zlib

    unpacker = zlib.decompressobj(wbits=wbits)
    plain = _bounded(unpacker.decompress(body, MAX_BYTES + 1))
    if not unpacker.eof:
        raise BrokenBodyError(_CUT)
    return plain


_CUT = "is cut in the middle of its compressed data"


def _bounded(plain: bytes) -> bytes:
    if len(plain) > MAX_BYTES:
        message = f"unpacks to more than {MAX_BYTES // 2**20} MB"
        raise BrokenBodyError(message)
    return plain
