// What a page asks for: how much after each act of the person, whether from elsewhere, what was refused, and what is under way.
import { pages } from "./stack.mjs";

/** Most requests that showing one page may take. */
export const MOST_REQUESTS = 20;

/** The most that any page of this run took, by its path. */
export const busiest = new Map();

// Looking at an order each second is no part of a page.
const LOOKS = /Get(SignIn|Signing)$/;

export class Traffic {
  /** What is wrong about it. */
  complaints = [];
  #requests = 0;
  #underWay = new Set();
  #page;

  constructor(page) {
    this.#page = page;
    page.on("request", (request) => this.#begins(request));
    page.on("requestfinished", (request) => this.#underWay.delete(request));
    page.on("requestfailed", (request) => this.#underWay.delete(request));
    page.on("response", (response) => {
      if (response.status() >= 400) {
        this.complaints.push(`answer ${response.status()} to ${new URL(response.url()).pathname}`);
      }
    });
  }

  /** The person does something: what is asked for from here on is another page's, or another state's. */
  async listen() {
    await this.#page.exposeBinding("theyAct", () => this.startAnew());
    await this.#page.addInitScript(() => {
      const acted = (event) => event.isTrusted && (event.type !== "keydown" || ["Enter", " "].includes(event.key)) && window.theyAct();
      addEventListener("pointerdown", acted, true);
      addEventListener("keydown", acted, true);
    });
  }

  startAnew() {
    this.#requests = 0;
  }

  get isQuiet() {
    return this.#underWay.size === 0;
  }

  #begins(request) {
    this.#underWay.add(request);
    const url = new URL(request.url());
    if (request.isNavigationRequest() && request.frame() === this.#page.mainFrame() && request.url().startsWith(pages)) {
      // Loaded anew it is shown anew.
      this.startAnew();
    }
    if (!request.url().startsWith(pages) && !/^(data|bankid|blob):/.test(request.url())) {
      this.complaints.push(`a request to ${url.origin}`);
    }
    if (LOOKS.test(url.pathname)) {
      return;
    }
    this.#requests += 1;
    const path = pathOf(this.#page.url());
    busiest.set(path, Math.max(busiest.get(path) ?? 0, this.#requests));
    if (this.#requests === MOST_REQUESTS + 1) {
      this.complaints.push(`more than ${MOST_REQUESTS} requests of ${path}`);
    }
  }
}

function pathOf(url) {
  return url.startsWith(pages) ? new URL(url).pathname.replace(/[0-9a-f-]{36}/, ":id") : "a new tab";
}
