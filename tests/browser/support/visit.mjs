// A person in front of the pages: a real browser, a phone that reads the code from the screen, and axe on every state.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { strictEqual } from "node:assert";

import { chromium } from "playwright-core";

import { faultsOf, faultsOfSight } from "./faults.mjs";
import { act, chromium as executablePath, eventually, isWhole, pages, screenshots } from "./stack.mjs";
import { Traffic } from "./traffic.mjs";

const require = createRequire(import.meta.url);
const reader = readFileSync(require.resolve("jsqr/dist/jsQR.js"), "utf8");

const HEIGHTS = { 320: 640, 768: 1024, 1280: 800 };

/** Every two of language, width and scheme meet in one of them. */
export const VARIANTS = [
  { language: "sv", width: 320, scheme: "light" },
  { language: "en", width: 1280, scheme: "light" },
  { language: "sv", width: 1280, scheme: "dark" },
  { language: "en", width: 320, scheme: "dark" },
];

/** In which of them journeys are gone: all, or the two that differ in everything. */
export const JOURNEYS_IN = isWhole ? VARIANTS : [VARIANTS[0], { language: "en", width: 1280, scheme: "dark" }];

let browser;

export async function openBrowser() {
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

export async function closeBrowser() {
  await browser.close();
}

/** What a visit leaves for the tests to judge. */
export class Visit {
  #complaints = [];
  #traffics = [];

  static async begin({ language, width, scheme, height = HEIGHTS[width], scale = 1, motion = "reduce" }) {
    const visit = new Visit();
    const locale = language === "sv" ? "sv-SE" : "en-GB";
    visit.language = language;
    visit.scheme = scheme;
    visit.context = await browser.newContext({
      viewport: { width, height },
      deviceScaleFactor: scale,
      locale,
      colorScheme: scheme,
      reducedMotion: motion,
    });
    visit.page = await visit.tab();
    return visit;
  }

  /** Another tab of the same browser, of which the same is demanded. */
  async tab() {
    const page = await this.context.newPage();
    page.setDefaultTimeout(60_000);
    const traffic = new Traffic(page);
    await traffic.listen();
    this.#traffics.push(traffic);
    page.on("pageerror", (error) => this.#complaints.push(`error: ${error.message}`));
    page.on("console", (message) => {
      // What was refused is noted as an answer. Where no app takes its links the browser says so.
      if (message.type() === "error" && !/the server responded with a status of|bankid:/.test(message.text())) {
        this.#complaints.push(`console: ${message.text()}`);
      }
    });
    return page;
  }

  /** The text in the language of the visit. */
  say(sv, en) {
    return this.language === "sv" ? sv : en;
  }

  button(sv, en) {
    return this.page.getByRole("button", { name: this.say(sv, en), exact: true });
  }

  heading(sv, en) {
    return this.page.getByRole("heading", { level: 1, name: this.say(sv, en) });
  }

  text(sv, en) {
    return this.page.getByText(this.say(sv, en));
  }

  /** Follows a link of the menu, which is closed at first where there is no room for it. */
  async follow(sv, en) {
    const menu = this.button("Meny", "Menu");
    if (await menu.isVisible()) {
      await menu.click();
    }
    await this.page.getByRole("link", { name: this.say(sv, en) }).click();
  }

  async open(path) {
    this.#traffics[0].startAnew();
    await this.page.goto(`${pages}${path}`);
    await this.page.locator("h1").waitFor();
  }

  /** Waits until nothing that the page asked for is under way. */
  async quiet() {
    await eventually("the page goes on asking", async () => strictEqual(this.#traffics[0].isQuiet, true));
  }

  /** Sees the same page on another screen or in another scheme. */
  async turn({ width, scheme }) {
    this.scheme = scheme;
    await this.page.setViewportSize({ width, height: HEIGHTS[width] });
    await this.page.emulateMedia({ colorScheme: scheme });
    // Only what was painted since is as it will be.
    await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  }

  /** Looks at a state, once it is all there, and keeps a picture. */
  async look(state) {
    await this.page.locator(".loading").first().waitFor({ state: "detached" });
    await this.lookAsItIs(state);
  }

  /** The same while something is still fetched. */
  async lookAsItIs(state) {
    await this.#see(state, await faultsOf(this.page));
  }

  /** Looks at a state enlarged, for what cannot be read there. */
  async lookEnlarged(state) {
    await this.page.locator(".loading").first().waitFor({ state: "detached" });
    await this.#see(state, await faultsOfSight(this.page));
  }

  async #see(state, faults) {
    const { width } = this.page.viewportSize();
    const name = state.replace(/[^a-zA-Z]+/g, "-").replace(/^-|-$/g, "") || "start";
    const variant = `${name}-${this.language}-${width}-${this.scheme}`;
    this.#complaints.push(...faults.map((fault) => `${variant}: ${fault}`));
    if (screenshots) {
      await this.page.screenshot({ path: `${screenshots}/${variant}.png`, fullPage: true });
    }
  }

  /** Chooses the other device, reads the code from the screen and does something with it on the phone. */
  async scan(person, action) {
    await this.button("BankID på en annan enhet", "BankID on another device").click();
    await this.page.locator(".qr").waitFor();
    await this.showCode(person, action);
  }

  /** The same with a code that is on the screen already. */
  async showCode(person, action) {
    // A code is good for two seconds: what was read too late is read anew.
    await eventually("the code cannot be read from the screen", async () => {
      const qr = await this.#readCode();
      await act({ qr, person, action });
    });
  }

  async #readCode() {
    const picture = await this.page.locator(".qr").screenshot();
    const desk = await this.#desk();
    const text = await desk.evaluate(async (url) => {
      const image = new Image();
      image.src = url;
      await image.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.width, image.height];
      const context = canvas.getContext("2d");
      context.drawImage(image, 0, 0);
      const { data, width, height } = context.getImageData(0, 0, image.width, image.height);
      return globalThis.jsQR(data, width, height)?.data;
    }, `data:image/png;base64,${picture.toString("base64")}`);
    if (!text) {
      throw new Error("there is no code on the screen");
    }
    return text;
  }

  // A blank page beside the visit, since the pages under test run no script of ours.
  async #desk() {
    if (!this.desk) {
      this.desk = await this.context.newPage();
      await this.desk.addScriptTag({ content: reader });
      await this.page.bringToFront();
    }
    return this.desk;
  }

  /** Comes in as whoever holds these cookies. */
  async enter(path, { cookies }) {
    await this.context.addCookies(cookies);
    await this.open(path);
  }

  async signIn(person) {
    await this.scan(person, "approve");
    await this.goOnTo(this.heading("Mina månader", "My months"));
  }

  /** Comes to what was asked for, past the information where it was not shown to this person before. */
  async goOnTo(asked) {
    const goOn = this.button("Gå vidare", "Go on");
    await goOn.or(asked).first().waitFor();
    if (await goOn.isVisible()) {
      await goOn.click();
    }
    await asked.waitFor();
  }

  /** Closes the window and fails on everything that was noticed, but for what the test itself brought about. */
  async end(expected) {
    const complaints = [...this.#complaints, ...this.#traffics.flatMap((traffic) => traffic.complaints)];
    await this.context.close();
    strictEqual(complaints.filter((complaint) => !expected?.test(complaint)).join("\n"), "");
  }
}
