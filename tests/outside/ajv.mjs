// Compiles argv[2] under ajv's strict mode, then prints a verdict for each instance of the JSON list on stdin.
// Run where node_modules is; whatever ajv logs is an error too.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.cwd()}/`);
const Ajv = require("ajv/dist/2020").default;
const addFormats = require("ajv-formats").default;

const refuse = (...words) => {
  throw new Error(words.join(" "));
};
const ajv = new Ajv({ strict: true, logger: { log: refuse, warn: refuse, error: refuse } });
addFormats(ajv);
const validate = ajv.compile(JSON.parse(readFileSync(process.argv[2], "utf-8")));
const instances = JSON.parse(readFileSync(0, "utf-8"));
console.log(JSON.stringify(instances.map((instance) => validate(instance))));
