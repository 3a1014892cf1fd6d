// A person in front of the pages: a real browser, a phone that reads the code from the screen, and axe on every state.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { strictEqual } from "node:assert";

import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";

import { act, chromium as executablePath, eventually, pages, screenshots } from "./stack.mjs";

const require = createRequire(import.meta.url);
const reader = readFileSync(require.resolve("jsqr/dist/jsQR.js"), "utf8");

/** Most requests that showing one page may take. */
const MOST_REQUESTS = 20;
const HEIGHTS = { 320: 640, 1280: 800 };

export const VARIANTS = [
  { language: "sv", width: 320, scheme: "light" },
  { language: "en", width: 1280, scheme: "light" },
  { language: "sv", width: 1280, scheme: "dark" },
  { language: "en", width: 320, scheme: "dark" },
];

let browser;

export async function openBrowser() {
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

export async function closeBrowser() {
  await browser.close();
}

/** What a visit leaves for the tests to judge. */
export class Visit {
  seen = new Set();
  #complaints = [];
  /** Requests since a page was opened by its address; no number once it has been looked at. */
  #requests = NaN;

  static async begin({ language, width, scheme }) {
    const visit = new Visit();
    const locale = language === "sv" ? "sv-SE" : "en-GB";
    const viewport = { width, height: HEIGHTS[width] };
    visit.variant = `${language}-${width}-${scheme}`;
    visit.language = language;
    visit.context = await browser.newContext({ viewport, locale, colorScheme: scheme, reducedMotion: "reduce" });
    visit.page = await visit.context.newPage();
    visit.page.setDefaultTimeout(60_000);
    visit.#listen(visit.page);
    return visit;
  }

  #listen(page) {
    page.on("pageerror", (error) => this.#complaints.push(`error: ${error.message}`));
    page.on("console", (message) => {
      // A refusal that the pages deal with is reported by the browser all the same.
      if (message.type() === "error" && !/status of 4\d\d|bankid:/.test(message.text())) {
        this.#complaints.push(`console: ${message.text()}`);
      }
    });
    page.on("request", (request) => {
      // Looking at an order each second is no part of a page.
      this.#requests += /Get(SignIn|Signing)$/.test(request.url()) ? 0 : 1;
      const isOurs = request.url().startsWith(pages) || /^(data|bankid):/.test(request.url());
      if (!isOurs) {
        this.#complaints.push(`a request to ${new URL(request.url()).origin}`);
      }
    });
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

  /** Follows a link of the menu, which is closed at first where there is no room for it. */
  async follow(sv, en) {
    const menu = this.button("Meny", "Menu");
    if (await menu.isVisible()) {
      await menu.click();
    }
    await this.page.getByRole("link", { name: this.say(sv, en) }).click();
  }

  async open(path) {
    this.#requests = 0;
    await this.page.goto(`${pages}${path}`);
    await this.page.locator("h1").waitFor();
  }

  /** Looks at a state: no violation of axe, nothing wider than the screen, few requests; keeps a picture. */
  async look(state) {
    const { page } = this;
    await page.locator(".loading").waitFor({ state: "detached" });
    this.seen.add(state);
    const { violations } = await new AxeBuilder({ page }).analyze();
    for (const violation of violations) {
      const where = violation.nodes.map((node) => node.target.join(" ")).join(", ");
      this.#complaints.push(`${state}: axe ${violation.id} at ${where}`);
    }
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (beyond > 0) {
      this.#complaints.push(`${state}: ${beyond} pixels wider than the screen`);
    }
    if (this.#requests > MOST_REQUESTS) {
      this.#complaints.push(`${state}: ${this.#requests} requests`);
    }
    this.#requests = NaN;
    if (screenshots) {
      await page.screenshot({ path: `${screenshots}/${state}-${this.variant}.png`, fullPage: true });
    }
  }

  /** Chooses the other device, reads the code from the screen and does something with it on the phone. */
  async scan(person, action) {
    // What follows is more than one page.
    this.#requests = NaN;
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

  async signIn(person) {
    await this.scan(person, "approve");
    await this.heading("Mina månader", "My months").waitFor();
  }

  /** Closes the window and fails on everything that was noticed, but for what the test itself brought about. */
  async end(expected) {
    await this.context.close();
    strictEqual(this.#complaints.filter((complaint) => !expected?.test(complaint)).join("\n"), "");
  }
}
