import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { test } from "node:test";

import { readablePage } from "./page";
import { texts } from "./texts";
import type { Json } from "./values";

const record = (message: string, content: Json): Json => ({ service: "attendance", message, content });
const page = (records: readonly Json[], language: "sv" | "en" = "sv") =>
  readablePage({ madeAt: "2026-11-23T10:05:00Z", portal: "participant", records }, language, (code) => (code === "STUDY" ? "Studier" : code))
    .replaceAll("\u00a0", " ");
const month = (revision: number): Json => ({
  monthReportId: "id-1",
  month: { year: 2026, month: 10 },
  revision,
  days: [{ day: { year: 2026, month: 10, day: 2 }, activities: [{ activityCode: "STUDY", minutes: 109, creditedMinutes: 120 }] }],
  answer: "ANSWER_APPROVED",
  submittedAt: "2026-11-02T08:00:00.123Z",
});

test("each kind has a heading, in the language chosen, and a place in the contents", () => {
  const records = [record("deltaga.attendance.v1.OwnRevision", month(1)), record("deltaga.consent.v1.Consent", { recipient: "RECIPIENT_ESF" })];
  const headings = (language: "sv" | "en") => [...page(records, language).matchAll(/<h2>(.*?)<\/h2>/g)].map(([, text]) => text);
  deepStrictEqual([headings("sv"), headings("en")], [["Dina månader", "Samtycken"], ["Your months", "Consents"]]);
  match(page(records), /<html lang="sv">[^]*<a href="#part-1">Samtycken \(1\)<\/a>[^]*<section id="part-1">/);
  match(page(records, "en"), /<html lang="en">/);
});

test("values are told in words", () => {
  const text = page([record("deltaga.attendance.v1.OwnRevision", month(1))]);
  for (const told of ["oktober 2026", "2 oktober 2026", "Studier", "1 timme 49 minuter", "2 timmar", "Godkänd", "2 november 2026 kl. 09:00"]) {
    ok(text.includes(`>${told}<`), told);
  }
  const period = page([record("deltaga.participants.v1.OwnPlacement", { period: { from: { year: 2026, month: 9, day: 1 } }, documentsOnline: true })]);
  ok(period.includes(">1 september 2026 och tills vidare<") && period.includes(">Ja<"));
  const read = page([record("deltaga.participants.v1.Access", { role: "provider_staff", dataKind: "month_report" })]);
  ok(read.includes(">Personal hos anordnaren<") && read.includes(">En månads timmar<"));
});

test("versions of a month are told apart", () => {
  const text = page([record("deltaga.attendance.v1.OwnRevision", month(1)), record("deltaga.attendance.v1.OwnRevision", month(2))]);
  deepStrictEqual([...text.matchAll(/<h3>(.*?)<\/h3>/g)].map(([, heading]) => heading), ["Oktober 2026, version 1", "Oktober 2026, version 2"]);
});

test("nothing is left out that no name is known for", () => {
  const text = page([record("deltaga.later.v1.Unheard", { novelty: "A_WORD", parts: [{ inner: 7 }, "loose"] })]);
  for (const told of ["<h2>Unheard</h2>", "<dt>novelty</dt>", ">A_WORD</dd>", "<dt>inner</dt>", ">7</dd>", "<li>loose</li>"]) {
    ok(text.includes(told), told);
  }
});

test("what people have written is text and nothing else", () => {
  const text = page([record("deltaga.attendance.v1.OwnRevision", { remarks: [{ text: `<img src=x onerror="a">&'` }] })]);
  ok(!text.includes("<img"));
  ok(text.includes("&lt;img src=x onerror=&quot;a&quot;&gt;&amp;&#39;"));
});

test("people's own words are told as they stand, whatever they are", () => {
  for (const own of ["placement", "ANSWER_APPROVED", "2026-11-02T08:00:00Z", "constructor", "__proto__"]) {
    for (const field of ["text", "title", "body", "visibleText", "givenName", "surname"]) {
      ok(page([record("deltaga.attendance.v1.OwnRevision", { [field]: own })]).includes(`>${own}</dd>`), `${field}: ${own}`);
    }
  }
});

test("a code means something in its own field alone, and no word of the language means anything", () => {
  const text = page([record("deltaga.participants.v1.Access", { purpose: "placement", context: "reporting", role: "constructor", constructor: "valueOf" })]);
  for (const told of [">placement<", ">reporting<", ">constructor<", "<dt>constructor<", ">valueOf<"]) {
    ok(text.includes(told), told);
  }
  ok(page([record("constructor", {})]).includes("<h2>constructor</h2>"));
});

test("what the file leaves out since it is nothing is told", () => {
  const { days: _, ...zero } = month(1) as { readonly [field: string]: Json };
  ok(page([record("deltaga.attendance.v1.OwnRevision", zero)]).includes("<dt>Tid som räknas</dt>\n<dd class=\"text\">0 timmar</dd>"));
  const of = page([record("deltaga.attendance.v1.OwnRevision", { ...zero, creditedMinutes: 120 })]);
  ok(of.includes(">2 timmar<") && !of.includes(">0 timmar<"));
  ok(page([record("deltaga.identity.v1.OwnContacts", { email: "a@example.org" })]).includes("<dt>Påminnelser</dt>\n<dd class=\"text\">Nej</dd>"));
});

test("numbers that only computers need come last in each record", () => {
  const text = page([record("deltaga.attendance.v1.OwnRevision", month(1))]);
  ok(text.indexOf("id-1") > text.indexOf("ANSWER") && text.indexOf("id-1") > text.indexOf("Godkänd"));
});

test("a file without records is told to be empty", () => {
  ok(page([]).includes("Det finns inget om dig."));
  strictEqual(page([]).includes("<h2>"), false);
});

test("both languages have a name for the same fields and words", () => {
  const names = (of: (typeof texts)["sv"]) => [of.kinds, of.fields, of.words].map((names) => Object.keys(names).sort());
  deepStrictEqual(names(texts.sv), names(texts.en));
});
