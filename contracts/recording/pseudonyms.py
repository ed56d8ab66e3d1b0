"""Keyed pseudonyms of single values: the same secret, turn and value give the same one, with nothing remembered.

Words and numbers are shuffled among all values of their own shape (length, letter case, script, width of an integer)
by a keyed permutation, so different values stay different.
"""

from __future__ import annotations

import hmac
import math
import re
import unicodedata
from array import array
from collections.abc import Callable, Collection
from datetime import date, timedelta
from functools import lru_cache
from hashlib import blake2b

from contracts.recording.leaks import EMAIL
from contracts.rules.credentials import SCRUBBED
from contracts.rules.texts import has_format

RESERVED = ("example.com", "example.net", "example.org")
_UUID = r"(?<![0-9A-Za-z])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9A-Za-z])"
_TIME = r"(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)?)?"
_PORT = r"(?::(?:[1-5]?\d{1,4}|6[0-4]\d{3}|65[0-4]\d\d)(?!\d))?"
_TOKEN = re.compile(
    rf"(?P<email>{EMAIL.pattern})|(?P<uuid>{_UUID})|(?P<day>(?<!\d)\d{{4}}-\d\d-\d\d)(?P<time>{_TIME})(?!\d)"
    rf"|(?P<scheme>https?://)(?P<host>[^\s/?#\"'<>:@]+(?:[^\s/?#\"'<>]*@[^\s/?#\"'<>:]+)?)(?P<port>{_PORT})"
    r"|(?P<digits>[0-9]+)|(?P<word>[^\x00-@\[-`{-\x7f]+)",
    re.ASCII,
)
_SHORTEST_LOCAL = 6
_LONGEST_RUN = 40
"""Longer runs of digits are no numbers, and longer words are taken in pieces."""
_TELLING = 5
"""So many zeros are no mere number any more."""
_ROUNDS = 3
_VARIANT = (14, 19)
"""Where a UUID says its version and variant."""
_LETTERS, _DIGITS, _HEX = "abcdefghijklmnopqrstuvwxyz", "0123456789", "abcdef"
_NONZERO = _DIGITS[1:]


class Pseudonyms:
    """The pseudonyms of one secret.

    `numbers` (without sign) and `texts`, each as a whole, stay as they are. Each `turn` gives other pseudonyms; dates
    move by the same number of days on every turn.
    """

    def __init__(self, secret: bytes, *, numbers: Collection[int] = (), texts: Collection[str] = ()) -> None:
        self.days = _days(secret)
        self._key = hmac.digest(secret, b"pseudonyms", "sha256")
        self._numbers, self._texts = frozenset(numbers), frozenset(texts)
        self._known: dict[tuple[str, int], str] = {}

    def integer(self, value: int, turn: int = 0) -> int:
        """Another integer with the same sign and number of digits, and on the same side of every integer width."""
        size = abs(value)
        if size == 0 or size in self._numbers:
            return value
        if size >= 10**_LONGEST_RUN:
            moved = int(self._digits(str(size), turn))
        else:
            low, high = _range(size, negative=value < 0)
            moved = int(self._within(str(size), turn, lambda new: low <= new < high))
        return moved if value > 0 else -moved

    def real(self, value: float, turn: int = 0) -> float:
        """Another number of the same size and precision; a whole one moves as its integer does."""
        mantissa, mark, exponent = repr(abs(value)).partition("e")
        sign = -1 if value < 0 else 1
        if not mark and value.is_integer():
            return float(self.integer(int(value), turn))
        whole, dot, fraction = mantissa.partition(".")
        pools = [_DIGITS] * (len(fraction) - 1) + [_NONZERO] if fraction else []  # a last zero would vanish
        front = (whole if whole == "0" else self._digits(whole, turn)) + dot + self._piece(fraction, pools, turn)
        found = float(front + mark + exponent)
        if math.isinf(found):  # the largest floats leave no room above
            found = float(front + "e307")
        return sign * found

    def text(self, text: str, turn: int = 0) -> str:
        """Another text: letters for letters, digits for digits, all else kept; addresses at reserved domains."""
        return text if text in self._texts else _TOKEN.sub(lambda found: self._token(found, turn), text)

    def noise(self, text: str, size: int) -> bytes:
        """So many bytes that depend on the text."""
        key = hmac.digest(self._key, b"noise " + text.encode("utf-8", "surrogatepass"), "sha256")
        return b"".join(self._stream(key, block, 0) for block in range(size // 64 + 1))[:size]

    def _token(self, found: re.Match[str], turn: int) -> str:
        whole, kind = found[0], found.lastgroup
        if whole == SCRUBBED:
            return whole
        known = self._known.get((whole, turn))
        if known is None:
            makers: dict[str | None, Callable[[], str]] = {
                "email": lambda: self._email(whole, turn),
                "uuid": lambda: self._uuid(whole, turn),
                "time": lambda: self._day(found, turn),
                "port": lambda: found["scheme"] + self._host(found["host"].rpartition("@")[2], turn) + found["port"],
                "digits": lambda: self._run(whole, turn),
                "word": lambda: self._word(whole, turn),
            }
            known = self._known[whole, turn] = makers[kind]()
        return known

    def _word(self, text: str, turn: int) -> str:
        """Another word of the same length, scripts and case."""
        pieces = (text[start : start + _LONGEST_RUN] for start in range(0, len(text), _LONGEST_RUN))
        return "".join(self._piece(piece, [*map(_pool, piece)], turn) for piece in pieces)

    def _uuid(self, text: str, turn: int) -> str:
        pools = [_HEX if letter.isalpha() else _DIGITS if letter.isdigit() else letter for letter in text.lower()]
        for position in _VARIANT:
            pools[position] = text[position].lower()
        return self._piece(text, pools, turn)

    def _day(self, found: re.Match[str], turn: int) -> str:
        """A valid `YYYY-MM-DD` moved by this secret's number of days, round the ends of the calendar."""
        text = found["day"]
        if not has_format("date", text):
            return re.sub("[0-9]+", lambda run: self._run(run[0], turn), text) + found["time"]
        year, month, day = map(int, text.split("-"))
        if year == 0:  # RFC 3339 has it, and Python hasn't: another day of the same leap year
            moved = date(4, 1, 1) + timedelta((date(4, month, day).timetuple().tm_yday - 1 + self.days) % 366)
            return "0000" + moved.isoformat()[4:] + found["time"]
        ordinal = (date(year, month, day).toordinal() - 1 + self.days) % date.max.toordinal() + 1
        return date.fromordinal(ordinal).isoformat() + found["time"]

    def _run(self, text: str, turn: int) -> str:
        """A run of digits; zeros alone stay where they are too few to tell anything."""
        bare = text.lstrip("0")
        head = text[: len(text) - len(bare)]
        if not bare and len(head) < _TELLING:
            return text
        if not bare or (head and int(bare[:_LONGEST_RUN]) in self._numbers):  # zeros make it another number
            return self._word(text, turn)
        moved = self.integer(int(bare), turn) if len(bare) <= _LONGEST_RUN else self._digits(bare, turn)
        return f"{head}{moved}"

    def _digits(self, text: str, turn: int) -> str:
        """A number of any length, as written; the first digit is no zero, before and after."""
        head = self._piece(text[:_LONGEST_RUN], [_NONZERO, *[_DIGITS] * (len(text[:_LONGEST_RUN]) - 1)], turn)
        return head + self._word(text[_LONGEST_RUN:], turn)

    def _within(self, text: str, turn: int, fits: Callable[[int], bool]) -> str:
        """The next one on the permutation's cycle that fits, so that different numbers stay different."""
        moved = self._digits(text, turn)
        while moved != text and (int(moved) in self._numbers or not fits(int(moved))):
            moved = self._digits(moved, turn)
        return moved

    def _email(self, address: str, turn: int) -> str:
        """An address of the same length where a reserved domain leaves room, its local part alike."""
        stream = self.noise(f"{turn} {address.lower()}", len(address) + _SHORTEST_LOCAL + 1)
        domain = RESERVED[stream[-1] % len(RESERVED)]
        size = max(_SHORTEST_LOCAL, len(address) - len(domain) - 1)
        pattern = address.rpartition("@")[0][:size].rstrip(".").ljust(size, "a")
        pools = [*map(_pool, pattern)]
        local = "".join(
            _cased(pool[(_index(pool, letter) + 1 + byte % max(1, len(pool) - 1)) % len(pool)], letter)
            for pool, letter, byte in zip(pools, pattern, stream, strict=False)
        )
        return f"{local}@{domain}"

    def _host(self, host: str, turn: int) -> str:
        labels = host.rpartition(".")[0] or host
        return re.sub(r"[0-9]+|[^\x00-@\[-`{-\x7f]+", lambda run: self._label(run[0], turn), labels) + ".example"

    def _label(self, run: str, turn: int) -> str:
        return self._run(run, turn) if run.isascii() and run.isdigit() else self._word(run, turn)

    def _piece(self, text: str, pools: list[str], turn: int) -> str:
        """Each half of the positions in their pools moved by what the other half says, in turn: a Feistel network."""
        half = len(text) // 2
        sizes = [*map(len, pools)]
        places = [_index(pool, letter) for pool, letter in zip(pools, text, strict=True)]
        both = [places[:half], places[half:]]
        for number in range(_ROUNDS):
            said, moves = both[number % 2], (number + 1) % 2
            stream = array("H", self._stream(array("H", said).tobytes(), number, turn))
            steps = zip(both[moves], stream, sizes[half:] if moves else sizes[:half], strict=False)
            both[moves] = [(place + by) % size for place, by, size in steps]
        places = both[0] + both[1]
        return "".join(_cased(pool[place], letter) for pool, place, letter in zip(pools, places, text, strict=True))

    def _stream(self, said: bytes, number: int, turn: int) -> bytes:
        return blake2b(said, key=self._key, salt=b"%d %d" % (number, turn)).digest()


def _days(secret: bytes) -> int:
    """Whole weeks back, one to ten years: weekdays stay, and what is past stays past."""
    weeks = 53 + int.from_bytes(hmac.digest(secret, b"days", "sha256")[:8], "big") % 310
    return -7 * weeks


def _range(size: int, *, negative: bool) -> tuple[int, int]:
    """The first and the one past the last of the magnitudes that no client tells apart by digits or width."""
    digits = len(str(size))
    edges = [10 ** (digits - 1), 10**digits, *(2**bits + negative for bits in (31, 63)), 2**53]
    return max(edge for edge in edges if edge <= size), min(edge for edge in edges if edge > size)


@lru_cache(maxsize=2**16)
def _index(pool: str, letter: str) -> int:
    return 0 if len(pool) == 1 else pool.index(letter.lower() if pool in {_LETTERS, _HEX} else letter)


def _cased(new: str, old: str) -> str:
    return new.upper() if "A" <= old <= "Z" else new


@lru_cache(maxsize=2**16)
def _pool(letter: str) -> str:
    """The letters that may stand for a letter, itself among them; only itself where it is kept."""
    if letter.isascii():
        return _LETTERS if letter.isalpha() else _DIGITS if letter.isdigit() else letter
    category = unicodedata.category(letter)
    if category[0] in "PZ" or category in {"Cc", "Cf", "Cs"}:
        return letter
    for size in (2**8, 2**10):
        pool = _alike(ord(letter) // size * size, size, category)
        if len(pool) > 1:
            break
    return pool


@lru_cache(maxsize=2**10)
def _alike(start: int, size: int, category: str) -> str:
    return "".join(
        chr(code) for code in range(max(128, start), start + size) if unicodedata.category(chr(code)) == category
    )
