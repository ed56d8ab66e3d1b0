"""A cassette played back through vcrpy and requests, as a user's own tests would; never a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from contracts.model.interaction import Interaction

if TYPE_CHECKING:
    import requests


def replay(path: Path, interaction: Interaction) -> requests.Response:
    """The recorded answer as requests gives it. vcrpy raises CannotOverwriteExistingCassetteException for none."""
    import requests
    import vcr

    recorder = vcr.VCR(record_mode=vcr.mode.NONE)
    asked = interaction.request
    with recorder.use_cassette(str(path)), requests.Session() as session:
        session.trust_env = False
        return session.request(asked.method, asked.url, headers=dict(asked.headers), allow_redirects=False, timeout=10)
