"""The arrows of contracts/ARCHITECTURE.md are the imports, and each dependency has one home."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import TypeAlias

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "contracts" / "ARCHITECTURE.md"

Arrows: TypeAlias = dict[str, set[str]]
"""Which rooms each room imports, itself left out."""

FOR_ALL = {"model", "errors"}

HOMES: dict[str, str | tuple[str, ...]] = {
    "click": "contracts.commands",
    "distributed": "contracts.commands",
    "fsspec": "contracts.sources",
    "hypothesis": "contracts.proving",
    "jinja2": "contracts.web",
    "jsonschema": "contracts.rules",
    "jsonschema_rs": "contracts.rules",
    "markupsafe": "contracts.web",
    "msgspec": ("contracts.sources", "contracts.checking"),
    "pytest": "contracts.plugin",
    "referencing": "contracts.rules",
    "requests": "contracts.sources",
    "rich": "contracts.commands",
    "schemathesis": "contracts.proving",
    "urllib3": "contracts.sources",
    "vcr": "contracts.sources",
    "werkzeug": "contracts.provider",
    "yaml": ("contracts.sources", "contracts.reading.openapi"),
    "zstandard": "contracts.sources",
}
"""Where a library may be imported: that module, or anywhere below it; YAML and JSON are read where they are met."""


def modules(package: Path) -> Iterator[tuple[str, ast.Module]]:
    """Each module of a package with its full name, as a syntax tree."""
    for path in sorted(package.rglob("*.py")):
        steps = path.relative_to(package.parent).with_suffix("").parts
        yield ".".join(steps), ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(name: str, tree: ast.Module) -> Iterator[str]:
    """Everything a module imports, as full dotted names: inside functions, for types only, and by a call as well."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            home = name.split(".")[: -node.level] if node.level else []
            base = ".".join([*home, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("import_module", "__import__"):
            target = told(node.args[0])
            if target is None:
                pytest.fail(f"{name}:{node.lineno}: an import of a computed name hides from the arrows")
            yield target


def told(target: ast.expr) -> str | None:
    """What a call imports: a plain name, or the room that an f-string begins with; None where it could be any room."""
    match target:
        case ast.Constant(value=str(name)):
            return name
        case ast.JoinedStr(values=[ast.Constant(value=str(begin)), *_]) if begin.count(".") > 1:
            return begin.rpartition(".")[0]
    return None


def drawn_arrows(page: str) -> Arrows:
    """The table of the architecture page. A room named twice is an error."""
    table = page.partition("| room | may import |")[2].partition("\n\n")[0]
    arrows: Arrows = {}
    for room, targets in re.findall(r"^\| (\w+) \|([^|]*)\|$", table, re.MULTILINE):
        assert room not in arrows, f"{room} stands in the table twice"
        arrows[room] = {target.strip() for target in targets.split(",") if target.strip()}
    return arrows


def real_arrows(package: Path) -> Arrows:
    """The imports between the rooms of a package: its folders, its modules, and `__init__` for the package itself."""
    found = [(name, tree) for name, tree in modules(package) if tree.body or not name.endswith(".__init__")]
    rooms = {name.split(".")[1] for name, _ in found}
    arrows: Arrows = {room: set() for room in rooms}
    for name, tree in found:
        room = name.split(".")[1]
        for target in imported(name, tree):
            steps = target.split(".")
            if steps[0] == package.name:
                arrows[room].add(steps[1] if len(steps) > 1 and steps[1] in rooms else "__init__")
        arrows[room].discard(room)
    return arrows


def differences(drawn: Arrows, real: Arrows) -> list[str]:
    """What the table and the imports say differently, a line each; no lines where they agree."""
    lines = [f"{room} isn't in the table" for room in real.keys() - drawn.keys()]
    lines += [f"{room} is in the table, but there is no such room" for room in drawn.keys() - real.keys()]
    for room in drawn.keys() & real.keys():
        free = FOR_ALL if room not in FOR_ALL else set()
        lines += [f"{room} must not import {target}" for target in real[room] - drawn[room] - free]
        lines += [f"{room} may import {target} and doesn't" for target in drawn[room] - real[room]]
    return sorted(lines)


def test_table_and_imports_agree() -> None:
    """Each import between rooms is an arrow of the table, each arrow is used, and each room has its row."""
    assert differences(drawn_arrows(PAGE.read_text(encoding="utf-8")), real_arrows(ROOT / "contracts")) == []


TABLE = "| room | may import |\n|---|---|\n| model | |\n| errors | |\n| low | |\n| high | low |\n\nMore."


@pytest.mark.parametrize(
    ("module", "source", "said"),
    [
        ("high.py", "import box.low", []),
        ("high.py", "import box.low\nfrom box.model import x\nfrom box.errors import y", []),
        ("high.py", "def f():\n    from box import low", []),
        ("high.py", "if TYPE_CHECKING:\n    from .low import x", []),
        ("high.py", "from importlib import import_module\nimport_module('box.low')", []),
        ("high.py", "from importlib import import_module\nimport_module(f'box.low.{name}')", []),
        ("high.py", "", ["high may import low and doesn't"]),
        ("high.py", "import box.low\nimport box.wild", ["high must not import wild"]),
        ("high.py", "import box.low\nfrom box import __version__", ["high must not import __init__"]),
        ("high/deep.py", "from ..low import x", []),
        ("high/deep.py", "from .low import x", ["high may import low and doesn't"]),
        ("new.py", "", ["high is in the table, but there is no such room", "new isn't in the table"]),
        ("__init__.py", "x = 1", ["__init__ isn't in the table", "high is in the table, but there is no such room"]),
    ],
)
def test_every_way_of_importing_is_seen(tmp_path: Path, module: str, source: str, said: list[str]) -> None:
    """The comparison names a forbidden arrow, an unused one, a room without a row and a row without a room."""
    box = tmp_path / "box"
    for name, text in {"model.py": "", "errors.py": "", "low.py": "", module: source}.items():
        (box / name).parent.mkdir(parents=True, exist_ok=True)
        (box / name).write_text(text)
    if "wild" in source:
        (box / "wild.py").write_text("")
        said = [*said, "wild isn't in the table"]
    assert differences(drawn_arrows(TABLE), real_arrows(box)) == said


def test_values_and_errors_rest_on_nothing(tmp_path: Path) -> None:
    """`model` and `errors` are free for all, but not for each other."""
    box = tmp_path / "box"
    box.mkdir()
    for name, text in {
        "model.py": "import box.errors",
        "errors.py": "",
        "low.py": "",
        "high.py": "import box.low",
    }.items():
        (box / name).write_text(text)
    assert differences(drawn_arrows(TABLE), real_arrows(box)) == ["model must not import errors"]


@pytest.mark.parametrize("computed", ["'box.' + name", "f'box.{name}'", "f'{name}.low.x'", "name"])
def test_a_computed_import_is_refused(tmp_path: Path, computed: str) -> None:
    """A module can't slip past the arrows by computing which room it imports."""
    (tmp_path / "sly.py").write_text(f"import_module({computed})")
    with pytest.raises(pytest.fail.Exception, match="hides from the arrows"):
        real_arrows(tmp_path)


def homes(library: str) -> tuple[str, ...]:
    """What the modules that may import a library begin with."""
    known = HOMES.get(library, "-")
    return tuple(f"{home}." for home in ([known] if isinstance(known, str) else known))


def libraries() -> dict[str, set[str]]:
    """Third-party packages by import name, each with the modules of ours that import it."""
    users: dict[str, set[str]] = {}
    for name, tree in modules(ROOT / "contracts"):
        for target in imported(name, tree):
            top = target.split(".")[0]
            if top not in sys.stdlib_module_names and top != "contracts":
                users.setdefault(top, set()).add(name)
    return users


def test_each_library_has_one_home() -> None:
    """A library is imported below its home alone, so that changing it is changing one place."""
    strays = [
        f"{user} imports {library}, whose home is {HOMES.get(library, 'nowhere')}"
        for library, users in libraries().items()
        for user in users
        if not f"{user}.".startswith(homes(library))
    ]
    assert sorted(strays) == []


def test_dependencies_are_what_is_imported() -> None:
    """The package declares the libraries that it imports, and no other; Dask brings what schedules its work."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["dask"]]
    names = {re.split(r"[^\w.-]", line)[0].lower() for line in declared}
    homes = packages_distributions()
    used = {homes.get(library, [library])[0].lower().replace("_", "-") for library in libraries()}
    assert (sorted(used - names), sorted(names - used)) == ([], ["dask"])


def test_architecture_page_stays_short() -> None:
    """The page that names the rooms is read in one go."""
    assert len(PAGE.read_text(encoding="utf-8").splitlines()) <= 60
