// Answers given in place of the gateway, for states that people seldom see: what fails, what waits, what is not there.
const CODES = { 400: "invalid_argument", 401: "unauthenticated", 409: "aborted", 500: "internal" };

const calls = (method) => (url) => url.pathname.endsWith(`/${method}`);

export class StandIn {
  /** Methods that were refused on purpose. */
  #refused = ["nothing"];
  #context;

  constructor(context) {
    this.#context = context;
  }

  /** Answers calls of a method; a function gives one answer after another. */
  async answer(method, body) {
    let count = 0;
    await this.#context.route(calls(method), (route) => {
      const json = typeof body === "function" ? body(count) : body;
      count += 1;
      return route.fulfill({ json });
    });
  }

  /** Gives a file as it stands. */
  async give(method, body) {
    await this.#context.route(calls(method), (route) => route.fulfill({ contentType: "application/json", body }));
  }

  /** Changes what the gateway answers. */
  async change(method, change) {
    await this.#context.route(calls(method), async (route) => {
      const response = await route.fetch();
      const json = await response.json();
      change(json);
      await route.fulfill({ response, json });
    });
  }

  /** Refuses calls of a method, naming fields that are wrong where there are any. */
  async refuse(method, reason = "INTERNAL", status = 500, fields = []) {
    this.#refused.push(method);
    const json = { code: CODES[status], details: details(reason, fields) };
    await this.#context.route(calls(method), (route) => route.fulfill({ status, json }));
  }

  /** Lets calls wait for ever. */
  async hold(method) {
    await this.#context.route(calls(method), () => undefined);
  }

  async cutOff(method) {
    await this.#context.route(calls(method), (route) => route.abort());
  }

  /** Takes a file of the pages away, as a newer build does. */
  async withoutFile(name) {
    await this.#context.route((url) => url.pathname.includes(name), (route) => route.abort());
  }

  /** Says with every answer that a newer build is served. */
  async serveNewer() {
    await this.#context.route(calls("session"), async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), "deltaga-web-version": "another" } });
    });
  }

  /** What is noticed of this and no fault of the pages. */
  get expected() {
    return new RegExp(`answer \\d+ to .*/(${this.#refused.join("|")})$|ERR_FAILED|Failed to fetch dynamically`);
  }
}

// As the gateway writes them: messages of google.rpc in their wire form.
function details(reason, fields) {
  const bytes = (number, value) => Buffer.concat([Buffer.from([(number << 3) | 2, value.length]), value]);
  const text = (number, value) => bytes(number, Buffer.from(value));
  const violation = (field) =>
    bytes(1, Buffer.concat([text(1, field), text(2, "This is not right."), bytes(4, Buffer.concat([text(1, "sv"), text(2, "Det här stämmer inte.")]))]));
  const detail = (type, ...fields) => ({ type: `google.rpc.${type}`, value: Buffer.concat(fields).toString("base64").replace(/=+$/, "") });
  return [
    detail("ErrorInfo", text(1, reason), text(2, "deltaga")),
    detail("LocalizedMessage", text(1, "sv"), text(2, "Något gick fel hos oss. Försök igen om en stund.")),
    detail("LocalizedMessage", text(1, "en"), text(2, "Something went wrong on our side. Try again shortly.")),
    ...(fields.length > 0 ? [detail("BadRequest", ...fields.map(violation))] : []),
    detail("RequestInfo", text(1, "4bf92f3577b34da6a3ce929d0e0e4736")),
  ];
}
