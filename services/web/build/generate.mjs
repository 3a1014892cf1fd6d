// Writes src/gen: the contract as TypeScript, and the texts that the contract holds for people.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const proto = join(web, "../../proto");
const buf = join(proto, "node_modules/.bin/buf");
const PREFIX = "ERROR_REASON_";
const REASON = "[deltaga.errors.v1.reason]";

if (!existsSync(buf)) {
  throw new Error("buf is missing: run `make proto/node_modules` first");
}
execFileSync(buf, ["generate", "--template", join(web, "buf.gen.yaml")], { cwd: proto, stdio: "inherit" });
mkdirSync(join(web, "src/gen"), { recursive: true });
writeFileSync(join(web, "src/gen/texts.ts"), texts(image()));

function image() {
  const json = execFileSync(buf, ["build", "--exclude-source-info", "-o", "-#format=json"], {
    cwd: proto,
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(json.toString("utf8"));
}

// The texts that enumerations carry for what people are told by number: messages of BankID, and the reasons that no answer of a
// server brings along because there was no answer.
function texts(image) {
  const bankid = valuesOf(image, "deltaga/identity/v1/bankid.proto", "BankidMessage");
  const reasons = valuesOf(image, "deltaga/errors/v1/error_reason.proto", "ErrorReason");
  const local = ["UNAVAILABLE", "INTERNAL"];
  return [
    "// Generated from the contract by build/generate.mjs. Do not edit.",
    "export type Text = { readonly sv: string; readonly en: string };",
    record("bankidTexts", "number", bankid),
    record("reasonTexts", union(local), local.map((name) => reasons.find((reason) => reason.name === PREFIX + name))),
    "",
  ].join("\n");
}

function valuesOf(image, file, name) {
  const found = image.file.find((candidate) => candidate.name === file);
  const type = found?.enumType?.find((candidate) => candidate.name === name);
  if (!type) {
    throw new Error(`the contract has no ${name} in ${file}`);
  }
  return type.value.map((value) => ({
    name: value.name,
    number: value.number ?? 0,
    text: value.options?.[REASON],
  }));
}

function union(names) {
  return names.map((name) => JSON.stringify(name)).join(" | ");
}

function record(name, keys, values) {
  const told = values.filter((value) => value?.text);
  if (told.length === 0) {
    throw new Error(`no value of ${name} carries texts`);
  }
  const lines = told.map(({ name: value, number, text }) => {
    const key = keys === "number" ? number : value.replace(PREFIX, "");
    return `  ${key}: { sv: ${JSON.stringify(text.sv)}, en: ${JSON.stringify(text.en)} },`;
  });
  return `export const ${name}: Readonly<Record<${keys}, Text>> = {\n${lines.join("\n")}\n};`;
}
