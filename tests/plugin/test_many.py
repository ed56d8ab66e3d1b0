"""The plugin's fixtures in a project with three contracts of two vendors: each for all of them, or for those marked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import vcr.stubs  # noqa: F401  before the runs in this process, each of which would load YAML in two halves

from contracts.provider.serving import serve
from tests import many
from tests.sources.conftest import Stand

SLUGS = [one.slug for one in many.ALL]


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No plugin but ours, and no vendor's key."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "contracts.plugin")
    for name in many.KEYS.values():
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with the three contracts and a recording of each; markers must be registered."""
    many.write_schemas(pytester.path)
    many.write_cassettes(pytester.path)
    pytester.makeini("[pytest]\naddopts = --strict-markers\n")
    return pytester


def run(project: pytest.Pytester, source: str, *args: str) -> pytest.RunResult:
    """One test module, run in this process with each item's name."""
    project.makepyfile(test_own=source)
    return project.runpytest_inprocess("-vv", "-rs", "-p", "no:cacheprovider", *args)


def items(done: pytest.RunResult, outcome: str = "PASSED") -> list[str]:
    """What stands in brackets after the names of the items with this outcome."""
    lines = [line.partition(f" {outcome}")[0] for line in done.outlines if f" {outcome}" in line and "::" in line]
    return [line.partition("[")[2].removesuffix("]") for line in lines]


def test_a_test_of_the_contract_runs_for_each(project: pytest.Pytester) -> None:
    """Once for every contract here; also where a fixture of the whole session asks for it."""
    source = """
        import pytest

        @pytest.fixture(scope="session")
        def operation(contract):
            return contract.operation

        def test_each(operation, contract):
            assert operation == contract.operation
        """
    assert items(run(project, source)) == SLUGS


@pytest.mark.parametrize(
    ("names", "slugs"),
    [
        ("'get-a-part'", SLUGS[2:]),
        ("'GET /things/count'", SLUGS[1:2]),
        ("'GET /v1/things/{thing}', 'bolt'", [SLUGS[0], SLUGS[2]]),
        ("'*thing*'", SLUGS[:2]),
    ],
)
def test_a_marker_says_which(project: pytest.Pytester, names: str, slugs: list[str]) -> None:
    """By slug, operation, api or a glob, at the test, its class or its module; an only one needs no name."""
    source = f"""
        import pytest

        @pytest.mark.contract({names})
        class TestMarked:
            def test_each(self, contract):
                assert contract.slug in {slugs}
        """
    assert items(run(project, source)) == (slugs if len(slugs) > 1 else [""])


@pytest.mark.parametrize("fixture", ["contract", "recording", "kept_rule", "legal_answer", "contract_server"])
def test_a_marker_that_selects_nothing_is_one_line(project: pytest.Pytester, fixture: str) -> None:
    """It lists what there is, and shows no frame of ours."""
    source = f"""
        import pytest

        @pytest.mark.contract("nothing")
        def test_none({fixture}):
            pass
        """
    done = run(project, source)
    assert done.ret not in {0, 5}
    done.stdout.fnmatch_lines(["*@pytest.mark.contract nothing: selects nothing; there is get-a-thing (*"])
    done.stdout.no_fnmatch_line("*contracts/plugin/*")


def test_a_project_s_own_contract_is_left_alone(project: pytest.Pytester) -> None:
    """A fixture of that name, or values given by the test itself, run as often as they say."""
    source = """
        import pytest

        class TestOwn:
            @pytest.fixture
            def contract(self):
                return "of paper"

            def test_own(self, contract):
                assert contract == "of paper"

        @pytest.mark.parametrize("contract", ["a", "b"])
        def test_given(contract):
            assert contract in "ab"
        """
    run(project, source).assert_outcomes(passed=3)


def test_every_contract_s_legal_answers_are_read(project: pytest.Pytester) -> None:
    """None of the three is passed over, and a failing item names its contract."""
    source = """
        def test_reads(legal_answer):
            body = legal_answer.json()
            assert legal_answer.contract.slug != "get-a-part" or body["state"] == "new"
        """
    done = run(project, source)
    passed = ["get-a-thing-example", "get-a-thing-note=null", "count-the-things-example", "get-a-part-example"]
    assert set(passed) <= set(items(done))
    assert items(done, "FAILED") == ["get-a-part-state=used"]


def test_the_contract_of_an_item_is_its_own(project: pytest.Pytester) -> None:
    """Beside a legal answer or a recording, `contract` is no further choice."""
    source = """
        import contracts

        def test_answer(contract, legal_answer):
            assert contract is legal_answer.contract

        def test_recorded(contract, recording):
            contracts.check(contract, recording.play(), fail_on="drift")
        """
    done = run(project, source)
    assert items(done)[-3:] == [f"{slug}-mine" for slug in SLUGS]
    assert done.ret == 0


def test_each_recording_is_of_the_operation_that_it_asked(project: pytest.Pytester) -> None:
    """The broken one fails as its contract's; one that lies in a sibling's folder is not lost."""
    folder = project.path / "cassettes" / "acme"
    (folder / SLUGS[1] / "mine.yaml").rename(folder / SLUGS[0] / "astray.yaml")
    (project.path / "cassettes" / "bolt" / SLUGS[2] / "bad.yaml").write_text(many.cassette(many.PART, many.PART.bad))
    source = """
        import contracts

        def test_recorded(contract, recording):
            contracts.check(contract, recording.play())
        """
    done = run(project, source)
    assert items(done) == [f"{SLUGS[0]}-mine", f"{SLUGS[1]}-astray", f"{SLUGS[2]}-mine"]
    assert items(done, "FAILED") == [f"{SLUGS[2]}-bad"]
    done.stdout.fnmatch_lines(["*violation  state.enum"])


def test_a_contract_without_a_recording_hides_no_other(project: pytest.Pytester) -> None:
    """It is skipped by name; a test of it alone, or of none that has any, fails."""
    (project.path / "cassettes" / "acme" / SLUGS[1] / "mine.yaml").unlink()
    source = """
        import pytest

        def test_recorded(recording):
            pass
        """
    done = run(project, source)
    assert (items(done), done.ret) == ([f"{SLUGS[0]}-mine", f"{SLUGS[2]}-mine"], 0)
    done.stdout.fnmatch_lines(["SKIPPED * nothing of 1 of 3 contracts: count-the-things (cassettes/acme/count-the-*"])
    alone = run(project, source.replace("def test", "@pytest.mark.contract('count-the-things')\n        def test"))
    assert alone.ret not in {0, 5}
    alone.stdout.fnmatch_lines(["*count-the-things holds no recording of GET /v1/things/count"])


SERVED = """
    import pytest
    import requests

    URLS = {"get-a-thing": "/v1/things/1", "count-the-things": "/v1/things/count", "get-a-part": "/parts/1"}

    def ask(server, slug):
        headers = {"Authorization": f"Bearer {server.key}", "X-Key": server.key}
        return requests.get(server.url + URLS[slug], headers=headers, timeout=5).json()

    def test_all(contract_server):
        assert [ask(contract_server, slug) for slug in URLS] == [
            {"id": 1, "note": "red"}, {"count": 3}, {"id": 1, "state": "new"}
        ]
        contract_server.serve("state=used")
        assert ask(contract_server, "get-a-part")["state"] == "used"

    def test_each(contract_server, legal_answer):
        contract_server.serve(legal_answer.name)
        assert ask(contract_server, legal_answer.contract.slug) == legal_answer.json()

    def test_turn(contract_server, contract):
        contract_server.serve("example")
        assert all(value == 1 for value in contract_server.parameters.values())

    @pytest.mark.contract("get-a-part")
    def test_one(contract_server):
        assert contract_server.parameters == {"part": 1}
        assert "title" in ask(contract_server, "get-a-thing")
        assert ask(contract_server, "get-a-part") == {"id": 1, "state": "new"}
    """


def test_a_server_answers_for_all_contracts(project: pytest.Pytester) -> None:
    """Each with a case of its own; of an item its contract is meant; of a marked test only those are served."""
    done = run(project, SERVED)
    assert done.ret == 0, done.outlines
    assert sum(name.startswith(tuple(SLUGS)) for name in items(done)) >= 8


@pytest.fixture
def parts() -> Iterator[Stand]:
    """A server whose parts are in a state that nobody documents."""
    app = Stand(answers=[(200, {"Content-Type": "application/json"}, many.PART.bad.encode())])
    with serve(app) as app.url:
        yield app


RULES = """
    {mark}
    def test_keeps(kept_rule):
        kept_rule.check()
    """


def test_a_rule_of_each_contract_is_held_to_the_provider(
    project: pytest.Pytester, parts: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The contracts of the server alone, with its own key; the broken rule fails below its contract's name."""
    (project.path / "schemas/bolt/vendor.toml").write_text(f'server = "{parts.url}"\nkey_variable = "BOLT_KEY"\n')
    document = project.path / "schemas/bolt/openapi.yaml"
    document.write_text(document.read_text().replace(many.BOLT, parts.url))
    monkeypatch.setenv("BOLT_KEY", "a-key-of-bolt")
    monkeypatch.setenv("ACME_KEY", "a-key-of-acme")
    done = run(project, RULES.format(mark=""), "--contracts-against", parts.url)
    failed = items(done, "FAILED")
    assert f"get-a-part-{parts.url}-state.enum" in failed
    assert f"get-a-part-{parts.url}-state.required" in items(done)
    assert {name.startswith("get-a-part-") for name in [*failed, *items(done)]} == {True}
    sent = {path: key for _, path, key in parts.asked}
    assert all(path.startswith("/parts/") for path in sent)


def test_a_url_of_nobody_is_shown_no_key(project: pytest.Pytester, parts: Stand) -> None:
    """Of several vendors' contracts the test must say which; nothing is asked before."""
    done = run(project, RULES.format(mark=""), "--contracts-against", parts.url)
    assert done.ret not in {0, 5}
    done.stdout.fnmatch_lines(["*: is asked about one api, and the contracts are of acme, bolt; say which *"])
    assert parts.asked == []
