"""Keyed pseudonyms of single values: the same secret and value give the same one, with nothing remembered.

Words and numbers move along a keyed cycle through all values of their own shape (length, letter case, script, width of
an integer). A cycle is one-to-one, so different values stay different, and no value stays itself.
"""

from __future__ import annotations

import hmac
import math
import re
import unicodedata
from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache

from contracts.rules.formats import is_date

EMAIL = re.compile(r"[^\s@<>\"',;:()\[\]{}|\\/=&?#]+@[^\s@<>\"',;:()\[\]{}|\\/=&?#]+")
_UUID = r"(?<![0-9A-Za-z])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9A-Za-z])"
_TIME = r"(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)?)?"
_TOKEN = re.compile(
    rf"(?P<email>{EMAIL.pattern})|(?P<uuid>{_UUID})|(?P<day>(?<!\d)\d{{4}}-\d\d-\d\d)(?P<time>{_TIME})(?!\d)"
    r"|(?P<scheme>https?://)(?P<host>[^\s/?#\"'<>:@]+(?:[^\s/?#\"'<>]*@[^\s/?#\"'<>:]+)?)"
    r"|(?P<digits>[0-9]+)|(?P<word>[^\x00-@\[-`{-\x7f]+)",
    re.ASCII,
)
_TELLING = re.compile(rf"(?P<email>{EMAIL.pattern})|(?P<uuid>{_UUID})|(?P<digits>[0-9]{{5,}})", re.ASCII)
_RESERVED = ("example.com", "example.net", "example.org")
_SHORTEST_LOCAL = 6
_LONGEST_RUN = 40
"""Longer runs of digits are no numbers, and longer words are taken in pieces."""
_ROUNDS = 6
_VARIANT = (14, 19)
"""Where a UUID says its version and variant."""
_LETTERS, _DIGITS, _HEX = "abcdefghijklmnopqrstuvwxyz", "0123456789", "abcdef"


class Pseudonyms:
    """The pseudonyms of one secret.

    `numbers` (without sign) and `texts` stay as they are. `turn` gives other pseudonyms of the same secret; dates move
    by the same number of days on every turn.
    """

    def __init__(
        self, secret: bytes, *, numbers: Collection[int] = (), texts: Collection[str] = (), turn: int = 0
    ) -> None:
        self.days = _days(secret)
        self._key = hmac.digest(secret, b"turn %d" % turn, "sha256")
        self._numbers, self._texts = frozenset(numbers), frozenset(texts)
        self._known: dict[str, str] = {}

    def integer(self, value: int) -> int:
        """Another integer with the same sign and number of digits, and on the same side of every integer width."""
        size = abs(value)
        if size == 0 or size in self._numbers:
            return value
        low, high = _range(size, negative=value < 0)
        moved = size
        while True:
            moved = low + self._moved(f"integer {low}", high - low, moved - low)
            if moved not in self._numbers:
                return moved if value > 0 else -moved

    def numeral(self, text: str) -> str:
        """An integer as written, `-007` or `12`: sign and leading zeros stay."""
        bare = text.lstrip("-").lstrip("0")
        head = text[: len(text) - len(bare)]
        return head + (self._digits(bare) if bare else "")

    def real(self, value: float) -> float:
        """Another number of the same size and precision; a whole one moves as its integer does."""
        mantissa, mark, exponent = repr(abs(value)).partition("e")
        sign = -1 if value < 0 else 1
        if not mark and value.is_integer():
            return float(self.integer(int(value)))
        whole, dot, fraction = mantissa.partition(".")
        last = fraction[-1:]
        if last:  # a nine-way move, so that the last digit doesn't become a zero and vanish
            last = self._cycled("last " + mantissa, "123456789", last)
        front = self.numeral(whole) + dot + self.word(fraction[:-1]) + last
        found = float(front + mark + exponent)
        if math.isinf(found):  # the largest floats leave no room above
            found = float(front + "e307")
        return sign * found

    def text(self, text: str) -> str:
        """Another text: letters for letters, digits for digits, all else kept; addresses at reserved domains."""
        if text in self._texts:
            return text
        if text not in self._known:
            self._known[text] = _TOKEN.sub(self._token, text)
        return self._known[text]

    def telling(self, text: str) -> str:
        """A text of the vendor's own wording: only addresses, UUIDs and long numbers in it are replaced."""
        return _TELLING.sub(self._token, text)

    def word(self, text: str) -> str:
        """Another word of the same length, scripts and case."""
        pieces = (text[start : start + _LONGEST_RUN] for start in range(0, len(text), _LONGEST_RUN))
        return "".join(self._piece("word", [_pool(letter) for letter in piece], piece) for piece in pieces)

    def date(self, text: str) -> str:
        """A valid `YYYY-MM-DD` moved by this secret's number of days, round the ends of the calendar."""
        year, month, day = map(int, text.split("-"))
        if year == 0:  # RFC 3339 has it, and Python hasn't: another day of the same leap year
            moved = date(4, 1, 1) + timedelta((date(4, month, day).timetuple().tm_yday - 1 + self.days) % 366)
            return "0000" + moved.isoformat()[4:]
        ordinal = (date(year, month, day).toordinal() - 1 + self.days) % date.max.toordinal() + 1
        return date.fromordinal(ordinal).isoformat()

    def noise(self, text: str, size: int) -> bytes:
        """So many bytes that depend on the text."""
        return self._bytes("noise " + text, size)

    def _token(self, found: re.Match[str]) -> str:
        parts, whole = found.groupdict(), found[0]
        if whole in self._texts:
            return whole
        if parts["email"]:
            return self._email(whole)
        if parts["uuid"]:
            pools = [_HEX if letter.isalpha() else _DIGITS if letter.isdigit() else letter for letter in whole.lower()]
            for position in _VARIANT:
                pools[position] = whole[position].lower()
            return self._piece("uuid", pools, whole)
        if parts.get("day"):
            day = self.date(parts["day"]) if is_date(parts["day"]) else re.sub("[0-9]+", self._run, parts["day"])
            return day + parts["time"]
        if parts.get("scheme"):
            return parts["scheme"] + self._host(parts["host"].rpartition("@")[2])
        return self._run(found) if parts["digits"] else self.word(whole)

    def _run(self, found: re.Match[str]) -> str:
        """A run of digits; zeros alone stay where they are too few to tell anything."""
        zeros = len(found[0]) - len(found[0].lstrip("0"))
        if zeros == len(found[0]):
            return found[0] if zeros < 5 else self.word(found[0])  # noqa: PLR2004  as in the law
        return found[0][:zeros] + self._digits(found[0][zeros:])

    def _digits(self, text: str) -> str:
        return str(self.integer(int(text))) if len(text) <= _LONGEST_RUN else self.word(text)

    def _email(self, address: str) -> str:
        """An address of the same length where a reserved domain leaves room, its local part alike."""
        stream = self._bytes("email " + address.lower(), len(address) + _SHORTEST_LOCAL + 1)
        domain = _RESERVED[stream[-1] % len(_RESERVED)]
        size = max(_SHORTEST_LOCAL, len(address) - len(domain) - 1)
        pattern = address.rpartition("@")[0][:size].rstrip(".")
        local = ""
        for position, letter in enumerate(pattern.ljust(size, "a")):
            pool = _pool(letter)
            local += _cased(
                pool[(_index(pool, letter) + 1 + stream[position] % max(1, len(pool) - 1)) % len(pool)], letter
            )
        return f"{local}@{domain}"

    def _host(self, host: str) -> str:
        labels = host.rpartition(".")[0] or host
        return re.sub(r"[0-9]+|[^\x00-@\[-`{-\x7f]+", lambda run: self._token_of(run[0]), labels) + ".example"

    def _token_of(self, run: str) -> str:
        return self.numeral(run) if run.isascii() and run.isdigit() else self.word(run)

    def _cycled(self, label: str, pool: str, letter: str) -> str:
        index = pool.find(letter)
        return pool[(index + 1 + self._bytes(label, 1)[0] % (len(pool) - 1)) % len(pool)]

    def _piece(self, label: str, pools: list[str], text: str) -> str:
        """The text as one number whose digits are the letters' positions in their pools, moved along its cycle."""
        number = 0
        for pool, letter in zip(pools, text, strict=True):
            number = number * len(pool) + _index(pool, letter)
        number = self._moved(label, math.prod(map(len, pools)), number)
        letters = []
        for pool, letter in zip(reversed(pools), reversed(text), strict=True):
            number, index = divmod(number, len(pool))
            letters.append(_cased(pool[index], letter))
        return "".join(reversed(letters))

    def _moved(self, label: str, size: int, index: int) -> int:
        """The next one on a keyed cycle through all numbers below `size`."""
        if size < 2:  # noqa: PLR2004  nowhere to go
            return index
        label = f"{label} {size}"
        return self._shuffled(label, size, (self._shuffled(label, size, index, back=True) + 1) % size)

    def _shuffled(self, label: str, size: int, index: int, *, back: bool = False) -> int:
        """A keyed permutation of the numbers below `size`: a Feistel network, walked until it is back below."""
        bits = ((size - 1).bit_length() + 1) // 2
        while True:
            left, right = index >> bits, index & ((1 << bits) - 1)
            for turn in reversed(range(_ROUNDS)) if back else range(_ROUNDS):
                if back:
                    left, right = right ^ self._mask(label, turn, left, bits), left
                else:
                    left, right = right, left ^ self._mask(label, turn, right, bits)
            index = left << bits | right
            if index < size:
                return index

    def _mask(self, label: str, turn: int, half: int, bits: int) -> int:
        size = (bits + 7) // 8
        return int.from_bytes(self._bytes(f"{label} {turn} {half:x}", size), "big") & ((1 << bits) - 1)

    def _bytes(self, label: str, size: int) -> bytes:
        named = label.encode("utf-8", "surrogatepass")
        blocks = (hmac.digest(self._key, b"%d " % block + named, "sha256") for block in range(size // 32 + 1))
        return b"".join(blocks)[:size]


def _days(secret: bytes) -> int:
    """Whole weeks back, one to ten years: weekdays stay, and what is past stays past."""
    weeks = 53 + int.from_bytes(hmac.digest(secret, b"days", "sha256")[:8], "big") % 310
    return -7 * weeks


def _range(size: int, *, negative: bool) -> tuple[int, int]:
    """The first and the one past the last of the magnitudes that no client tells apart by digits or width."""
    digits = len(str(size))
    edges = [10 ** (digits - 1), 10**digits, *(2**bits + negative for bits in (31, 63)), 2**53]
    return max(edge for edge in edges if edge <= size), min(edge for edge in edges if edge > size)


def _index(pool: str, letter: str) -> int:
    return 0 if len(pool) == 1 else pool.index(letter.lower() if pool in (_LETTERS, _HEX) else letter)


def _cased(new: str, old: str) -> str:
    return new.upper() if old.isascii() and old.isupper() else new


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
