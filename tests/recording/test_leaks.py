"""The leak scan: what must not stand in a recording is found wherever it stands, and never repeated."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from contracts.model.interaction import Interaction
from contracts.recording.leaks import Leak, leaks
from contracts.rules.legal_exchanges import legal_interaction
from tests.recorded import recorded
from tests.rules.synthetic import CASSETTES, REPLY, raw

KEY = "p4:Zq/8+r-live-key"
TOKEN = "tok-5f2b9c1d7e"
MAIL = "margarethe@globex.io"
CLEAN = raw(REPLY, json.dumps(REPLY.example[0]).encode())
CLEAN = replace(CLEAN, request=replace(CLEAN.request, headers=(("Authorization", "Bearer SCRUBBED"),)))


def sent(name: str, value: str) -> Interaction:
    """A clean exchange with one more request header."""
    return replace(CLEAN, request=replace(CLEAN.request, headers=(*CLEAN.request.headers, (name, value))))


def got(name: str, value: str) -> Interaction:
    """A clean exchange with one more response header."""
    return replace(CLEAN, response=replace(CLEAN.response, headers=(*CLEAN.response.headers, (name, value))))


def at(url: str) -> Interaction:
    """A clean exchange at another URL."""
    return replace(CLEAN, request=replace(CLEAN.request, url=url))


def holding(value: Any) -> Interaction:
    """A clean exchange with this in its body."""
    return raw_body(json.dumps(value).encode())


def raw_body(body: bytes) -> Interaction:
    """A clean exchange with another body."""
    return replace(CLEAN, response=replace(CLEAN.response, body=body))


URL = CLEAN.request.url
FOUND = {
    "bearer in a header": (sent("AUTHORIZATION", f"bearer {TOKEN}"), "bearer token", "request/header/AUTHORIZATION"),
    "bearer answered": (got("X-Echo", f"Bearer {TOKEN}"), "bearer token", "response/header/X-Echo"),
    "bearer in the URL": (at(f"{URL}?q=Bearer%20{TOKEN}"), "bearer token", "request/url.query/q"),
    "bearer in the body": (holding({"a": [f"use Bearer {TOKEN}"]}), "bearer token", "response/body#/a/0"),
    "bearer in a page": (raw_body(f"<b>Bearer {TOKEN}</b>".encode()), "bearer token", "response/body"),
    "key header": (sent("X-aPI-kEY", TOKEN), "api key", "request/header/X-aPI-kEY"),
    "short key header": (sent("Api-Key", "k1-x"), "api key", "request/header/Api-Key"),
    "basic": (sent("Authorization", "Basic dXNlcjpwYXNz"), "api key", "request/header/Authorization"),
    "cookie": (got("Set-Cookie", f"session={TOKEN}"), "api key", "response/header/Set-Cookie"),
    "key in the query": (at(f"{URL}?api_key={TOKEN}"), "api key", "request/url.query/api_key"),
    "token in the query": (at(f"{URL}?a=1&Access_Token={TOKEN}"), "api key", "request/url.query/Access_Token"),
    "user in the URL": (at("https://me:pw@api.reply.io/v3/sequences/1/contacts/2"), "api key", "request/url"),
    "key in the body": (holding({"apiKey": TOKEN}), "api key", "response/body#/apiKey"),
    "key in a page": (raw_body(f"api_key={TOKEN}".encode()), "api key", "response/body"),
    "known prefix": (holding(["ghp_" + "a1" * 15]), "api key", "response/body#/0"),
    "address": (holding({"email": MAIL}), "e-mail address", "response/body#/email"),
    "address in a text": (holding({"note": f"ask {MAIL}."}), "e-mail address", "response/body#/note"),
    "address as a name": (holding({MAIL: 1}), "e-mail address", "response/body#/*#name"),
    "address in the path": (at(f"https://api.reply.io/v3/{quote(MAIL)}"), "e-mail address", "request/url.path"),
    "address in the query": (at(f"{URL}?who={quote(MAIL)}"), "e-mail address", "request/url.query/who"),
    "address escaped": (raw_body(b'{"a": "m\\u0040globex.io"}'), "e-mail address", "response/body#/a"),
    "address in a page": (raw_body(f"mailto:{MAIL}".encode()), "e-mail address", "response/body"),
    "address below no reserved name": (holding(["m@notexample.com"]), "e-mail address", "response/body#/0"),
    "current key": (holding({"said": f"no {KEY}!"}), "current key", "response/body#/said"),
    "current key in a header": (got("X-Trace", KEY), "current key", "response/header/X-Trace"),
    "current key encoded": (at(f"{URL}?q={quote(KEY, safe='')}"), "current key", "request/url.query/q"),
    "current key as base64": (
        holding([base64.b64encode(KEY.encode()).decode()]), "current key", "response/body#/0",
    ),
    "current key in a pair": (
        sent("X-Auth", base64.b64encode(f"me:{KEY}:".encode()).decode()), "current key", "request/header/X-Auth",
    ),
    "current key in other case": (holding({"said": KEY.upper()}), "current key", "response/body#/said"),
    "current key escaped twice": (
        holding({"said": json.dumps(KEY).replace("+", "\\u002B")}), "current key", "response/body#/said",
    ),
    "form, refresh token": (raw_body(f"a=1&refresh_token={TOKEN}".encode()), "api key", "response/body"),
    "form, password": (raw_body(b"user=ann&password=hunter2"), "api key", "response/body"),
    "form, client secret": (raw_body(f"client_secret={TOKEN}&b=2".encode()), "api key", "response/body"),
    "form, assertion": (raw_body(f"assertion={TOKEN}".encode()), "api key", "response/body"),
    "form, encoded": (raw_body(f"q=x%26password%3D{TOKEN}".encode()), "api key", "response/body"),
    "nested name": (holding({"a": [{"user_password": "hunter2"}]}), "api key", "response/body#/a/0/user_password"),
    "name in camel case": (
        holding({"credentials": {"secretKey": TOKEN}}), "api key", "response/body#/credentials/secretKey",
    ),
    "webhook secret": (holding({"webhook_secret": TOKEN}), "api key", "response/body#/webhook_secret"),
    "password of a variable": (raw_body(b"export SMTP_PASS=hunter2hunter2"), "api key", "response/body"),
    "password of whoever": (holding({"X_PASS": "hunter2hunter2"}), "api key", "response/body#/X_PASS"),
    "list of keys": (holding({"api_keys": ["", TOKEN]}), "api key", "response/body#/api_keys/1"),
    "JSON in a string": (
        holding({"raw": json.dumps({"db": {"password": "hunter2!"}})}), "api key", "response/body#/raw",
    ),
    "JSON in a string in a string": (
        holding({"raw": json.dumps(json.dumps({"accessToken": TOKEN}))}), "api key", "response/body#/raw",
    ),
    "multipart": (
        raw_body(f'--x\r\nContent-Disposition: form-data; name="client_secret"\r\n\r\n{TOKEN}\r\n--x--'.encode()),
        "api key", "response/body",
    ),
    "XML element": (raw_body(f"<a><password>{TOKEN}</password></a>".encode()), "api key", "response/body"),
    "XML attribute": (raw_body(f'<db secretKey="{TOKEN}"/>'.encode()), "api key", "response/body"),
    "query of a Location": (got("Location", f"/a?token={TOKEN}"), "api key", "response/header/Location"),
    "fragment of a Location": (got("Location", f"/a#access_token={TOKEN}"), "api key", "response/header/Location"),
    "fragment of the URL": (at(f"{URL}#access_token={TOKEN}"), "api key", "request/url"),
    "query of a URL in a text": (
        holding({"next": f"see https://h.test/a?sig={TOKEN}"}), "api key", "response/body#/next",
    ),
    "user of a URL in a text": (holding({"db": f"postgres://ann:{TOKEN}@db.test/x"}), "api key", "response/body#/db"),
    "private key": (
        holding({"pem": "-----BEGIN RSA PRIVATE KEY-----\nMIIE"}), "api key", "response/body#/pem",
    ),
    **{
        f"prefix {prefix}": (holding([f"use {prefix}{'a1B2c3D4' * 4}"]), "api key", "response/body#/0")
        for prefix in ("github_pat_", "glpat-", "sk-proj-", "ya29.", "SG.a1B2c3D4e5.", "whsec_", "xapp-", "hf_", "npm_")
    },
    "request's form": (
        replace(CLEAN, request=replace(CLEAN.request, body=f"password={TOKEN}".encode())), "api key", "request/body",
    ),
    "broken JSON": (raw_body(f'{{"password": "{TOKEN}", '.encode()), "api key", "response/body"),
    "current key in base64 for URLs": (
        holding([base64.urlsafe_b64encode(b"ab" + KEY.encode()).decode()]), "current key", "response/body#/0",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("interaction", "kind", "place"), FOUND.values(), ids=FOUND)
def test_a_leak_is_found_and_not_repeated(interaction: Interaction, kind: str, place: str) -> None:
    """Each kind in each place is found once there, and nothing told holds the secret's text."""
    found = leaks(interaction, REPLY, KEY)
    assert Leak(kind=kind, place=place) in found  # type: ignore[arg-type]
    assert len(set(found)) == len(found)
    told = repr(found)
    assert not any(secret in told for secret in (KEY, TOKEN, MAIL, "ghp_", quote(MAIL)))


HARMLESS = {
    "the example": CLEAN,
    "reserved addresses": holding(
        [
            "a@example.com", "b@mail.example.org", "c@example.edu", "d@x.test", "e@y.invalid", "f@localhost",
            "g@z.example",
        ]
    ),
    "the example's address elsewhere": holding({"note": "john.doe@company.com"}),
    "a scrubbed key": at(f"{URL}?api_key=SCRUBBED&token="),
    "a scheme alone": got("WWW-Authenticate", "Bearer"),
    "words about tokens": holding({"detail": "A bearer token is missing: send the key."}),
    "a broken address": at("https://[::1"),
    "sentences": holding(["Password: required.", "the token= is missing", "Secret: none", "key: value"]),
    "redacted": holding(
        {"password": "REDACTED", "secretKey": "<hidden>", "token": "***********", "api_key": "xxxxxxxxxx"}
    ),
    "redacted in a form": raw_body(b"password=SCRUBBED&token=FILTERED&client_secret="),
    "names that are no credential's": holding(
        {"nextPageToken": "abcdefghijkl", "monkey": "abcdefghijkl", "passwordChangedAt": "2024-03-08T10:00:00Z"}
    ),
    "passes": holding({"firstPass": "yes", "season_pass": "gold-2026", "compass": "north-north-east"}),
    "paging": holding({"nextPageKey": None, "sortKey": "name", "token": 7}),
}  # fmt: skip


@pytest.mark.parametrize("interaction", HARMLESS.values(), ids=HARMLESS)
def test_what_is_no_leak_is_not_told(interaction: Interaction) -> None:
    """Scrubbed credentials, reserved domains, the documented example and mere words pass."""
    assert leaks(interaction, REPLY, KEY) == ()


def test_the_committed_recordings_are_clean() -> None:
    """No recording that comes with the package holds anything of the kind."""
    assert [found for each in recorded(CASSETTES) for found in leaks(each, REPLY, KEY)] == []


def test_a_request_as_sent_has_its_key_found() -> None:
    """An exchange that nobody scrubbed tells of its credential, though the key in use is unknown."""
    assert [leak.kind for leak in leaks(legal_interaction(REPLY, 200), REPLY, None)] == ["bearer token"]
