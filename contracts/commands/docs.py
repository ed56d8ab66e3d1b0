"""`contracts docs`: write the contracts as pages for people, and what is known of a contract for that."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from contracts.commands.documents import LocalContract, contracts_here, read_json, schemas_of
from contracts.commands.options import contract_option
from contracts.commands.targets import Plan, check
from contracts.commands.vendor_data import hand_of
from contracts.consumer.legal_cases import legal_cases
from contracts.documenting.changelog import Release, releases
from contracts.documenting.matrix import CaseResult, GateResult
from contracts.documenting.rendering import contract_markdown, contract_page, index_page
from contracts.documenting.sheet import Sheet
from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.gate import Case
from contracts.model.text import inert
from contracts.proving.proof import prove
from contracts.rules.legal_bodies import NoAnswer
from contracts.sources.files import write_text

_OUTCOMES = {"passed", "failed", "not checked"}


@click.command()
@contract_option
@click.option("--out", type=click.Path(path_type=Path), default="site", show_default=True, help="The folder to write.")
@click.option("--gate", type=click.Path(path_type=Path), metavar="FILE", help="Show what a client survives.")
@click.option("--markdown", is_flag=True, help="Only the Markdown, beside the schemas in the working directory.")
def docs(names: tuple[str, ...], out: Path, gate: Path | None, *, markdown: bool) -> None:
    """Write the contracts as pages for people: HTML that needs no network, and Markdown."""
    if markdown and gate:
        raise Unusable("--markdown tells of what is in the repository alone; leave --gate out")
    for path in write_markdown(names) if markdown else write_site(out, gate, names):
        click.echo(f"contracts: wrote {path}", err=True)


def write_site(out: Path, gate: Path | None, names: tuple[str, ...] = ()) -> tuple[Path, ...]:
    """Writes the pages of the contracts here, as HTML and Markdown, and an index; returns what was written.

    `gate` is what `contracts gate --format json` printed. Raises Unusable.
    """
    here = contracts_here(names)
    survivals = _survivals(gate, here)
    sheets = {
        name: sheet_of(one, survivals.get(one.contract.operation)) for name, one in zip(_names(here), here, strict=True)
    }
    texts = {out / "index.html": index_page({f"{name}.html": one for name, one in sheets.items()})}
    for name, one in sheets.items():
        texts[out / f"{name}.html"] = contract_page(one, {"Markdown": f"{name}.md"})
        texts[out / f"{name}.md"] = contract_markdown(one)
    for path, text in texts.items():
        write_text(path, text)
    return tuple(texts)


def markdown_of(local: LocalContract) -> str:
    """The Markdown that is committed beside a contract's schemas: of what is in the repository, and of nothing else."""
    return contract_markdown(sheet_of(local))


def write_markdown(names: tuple[str, ...] = ()) -> tuple[Path, ...]:
    """Writes it beside the schemas in the working directory, of the contracts there. Raises Unusable."""
    if not Path("schemas").is_dir():
        raise Unusable("schemas: no such folder here, and nothing to write the Markdown beside; leave --markdown out")
    texts = {schemas_of(one) / f"{one.contract.slug}.md": markdown_of(one) for one in contracts_here(names)}
    for path, text in texts.items():
        write_text(path, text)
    return tuple(texts)


def _names(here: tuple[LocalContract, ...]) -> list[str]:
    """The name of each contract's files: its slug, with the vendor where two have the same."""
    slugs = Counter(one.contract.slug for one in here)
    slugs["index"] += 1
    names = [
        one.contract.slug if slugs[one.contract.slug] == 1 else f"{one.vendor}-{one.contract.slug}" for one in here
    ]
    if len(set(names)) < len(names):
        raise Unusable(
            f"schemas: two contracts are called {Counter(names).most_common(1)[0][0]}; give one another title"
        )
    return names


def sheet_of(local: LocalContract, survival: GateResult | None = None) -> Sheet:
    """All that is known about a contract: its own recordings, its proof, its legal cases, its changelog."""
    contract = local.contract
    checked = check(local, "cassettes", Plan(), {})
    return Sheet(
        contract=contract,
        vendor=local.vendor,
        variable=hand_of(contract).variable,
        judgement=checked.judgement,
        unchecked=checked.unchecked,
        proofs=prove(contract),
        cases=_cases(contract),
        survival=survival,
        releases=_releases(local),
    )


def _cases(contract: Contract) -> tuple[Case, ...]:
    """The legal answers, none where no legal one is known: the page then shows what is promised without them."""
    try:
        return legal_cases(contract)
    except (NoAnswer, Unusable):
        return ()


def _releases(local: LocalContract) -> tuple[Release, ...]:
    path = schemas_of(local) / f"{local.contract.slug}.changelog.json"
    return releases(read_json(path, "take it back from version control"), str(path)) if path.exists() else ()


def _survivals(path: Path | None, here: tuple[LocalContract, ...]) -> dict[str, GateResult]:
    """The gate's result by operation. Raises Unusable for a file that is none, or of no operation here."""
    if path is None:
        return {}
    document: Any = read_json(path, "write it again with `contracts gate --format json`")
    try:
        parts = document.get("contracts", [document])
        found = {str(part["operation"]): _survival(part) for part in parts}
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Unusable(f"{path}: no result of the client gate; write one with `contracts gate --format json`") from None
    if not found.keys() & {one.contract.operation for one in here}:
        operations = ", ".join(map(inert, found)) or "no contract"
        raise Unusable(f"{path}: the gate was for {operations}, which is no operation of the contracts here")
    return found


def _survival(document: Any) -> GateResult:
    results = {
        str(case["name"]): CaseResult(outcome=str(case["outcome"]), how=str(case["how"])) for case in document["cases"]
    }
    if any(result.outcome not in _OUTCOMES for result in results.values()):
        raise ValueError
    return GateResult(command=" ".join(map(str, document["command"])), digest=str(document["digest"]), results=results)
