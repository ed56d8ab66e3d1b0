"""What one would write by hand to judge an archive: the floor, and loops over the bodies with a validator.

Each takes the archive and the schema, reads in the same way, counts what is broken by where the schema says it, and
prints how many bodies broke it.
"""

from __future__ import annotations

from pathlib import Path

_READ = """
import sys, json, orjson
{setup}
bad, broken = 0, {{}}
with open(sys.argv[1], "rb", buffering=1 << 20) as file:
    while lines := file.readlines(1 << 18):
        for line in lines:
            {work}
print(bad)
"""
_LINE = "orjson.loads(line)"
_BODY = 'orjson.loads(line)["response"]["body"]'
_TEXT = f"orjson.loads({_BODY})"
_FAST = (
    "import jsonschema_rs\n"
    "valid = jsonschema_rs.Draft202012Validator(json.load(open(sys.argv[2])), validate_formats=True)"
)
_SLOW = (
    "import jsonschema\n"
    "valid = jsonschema.Draft202012Validator(json.load(open(sys.argv[2])), format_checker=jsonschema.FormatChecker())"
)
_COUNT = """body = {body}
            if not valid.is_valid(body):
                bad += 1
                for error in valid.iter_errors(body):
                    key = tuple(error.{path})
                    broken[key] = broken.get(key, 0) + 1"""
_AJV = """
const fs = require("fs"), readline = require("readline");
const Ajv = require("ajv/dist/2020"), formats = require("ajv-formats");
const ajv = new Ajv({strict: false, allErrors: true}); formats(ajv);
const valid = ajv.compile(JSON.parse(fs.readFileSync(process.argv[3]))), broken = {};
let bad = 0;
readline.createInterface({input: fs.createReadStream(process.argv[2])}).on("line", line => {
  if (valid(BODY)) return;
  bad++;
  for (const error of valid.errors) broken[error.schemaPath] = (broken[error.schemaPath] || 0) + 1;
}).on("close", () => console.log(bad));
"""


def written(folder: Path, *, text: bool) -> dict[str, Path]:
    """Puts them into a folder, for bodies that stand in a line as JSON or as a `text`."""
    body, line = (_TEXT, _TEXT) if text else (_BODY, _LINE)
    found = "JSON.parse(line).response.body"
    scripts = {
        "floor.py": _READ.format(setup="", work=line),
        "fast.py": _READ.format(setup=_FAST, work=_COUNT.format(body=body, path="schema_path")),
        "slow.py": _READ.format(setup=_SLOW, work=_COUNT.format(body=body, path="absolute_schema_path")),
        "ajv.js": _AJV.replace("BODY", f"JSON.parse({found})" if text else found),
    }
    for name, script in scripts.items():
        (folder / name).write_text(script, encoding="utf-8")
    return {name: folder / name for name in scripts}
