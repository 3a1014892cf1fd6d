// Somebody who calls as a page does, without one.
import { readFileSync } from "node:fs";

import { act, eventually, pages } from "./stack.mjs";

const VERSION = new URL("../../../services/web/src/features/notice/version.ts", import.meta.url);
/** Version of the information that the pages show. */
const NOTICE_VERSION = /NOTICE_VERSION = "(.+)"/.exec(readFileSync(VERSION, "utf8"))[1];

export class Caller {
  #cookies = new Map();
  #csrf = "";
  #account = "";

  /** Signs in with BankID to the staff's or the participant's pages. A participant has then been given the information. */
  static async signIn(number, portal) {
    const caller = new Caller();
    const request = { portal, device: "DEVICE_OTHER", language: "LANGUAGE_SV" };
    const { flow } = await caller.call("identity.v1.SignInService/StartSignIn", request);
    const look = () => caller.call("identity.v1.SignInService/GetSignIn", { flowId: flow.flowId });
    // A code is good for two seconds: one that was shown too late is asked for anew.
    await eventually("the code is not taken", async () => {
      await act({ qr: (await look()).flow.qrText, person: number, action: "approve" });
    });
    await eventually("the sign-in does not complete", async () => {
      const { flow: seen } = await look();
      if (seen.state !== "FLOW_STATE_COMPLETE") {
        throw new Error(`the flow is ${seen.state}`);
      }
    });
    if (portal === "PORTAL_PARTICIPANT") {
      const shown = { version: NOTICE_VERSION, language: "LANGUAGE_SV" };
      await caller.call("identity.v1.NoticeService/RecordNoticeShown", shown);
    }
    return caller;
  }

  through(account) {
    this.#account = account;
  }

  /** Its cookies, for a browser that goes on as the same person. */
  get cookies() {
    return [...this.#cookies].map(([name, value]) => ({
      name,
      value,
      url: pages.replace("http:", "https:"),
      secure: true,
      httpOnly: true,
      sameSite: "Lax",
    }));
  }

  async call(method, message) {
    const answer = await fetch(`${pages}/deltaga.${method}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        origin: pages,
        cookie: [...this.#cookies].map((pair) => pair.join("=")).join("; "),
        ...(this.#csrf && { "deltaga-csrf": this.#csrf }),
        ...(this.#account && { "deltaga-account": this.#account }),
      },
      body: JSON.stringify(message),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(";")[0].split("=");
      this.#cookies.set(name, value);
    }
    this.#csrf = answer.headers.get("deltaga-csrf") ?? this.#csrf;
    const body = await answer.json();
    if (!answer.ok) {
      throw new Error(`${method}: ${answer.status} ${JSON.stringify(body)}`);
    }
    return body;
  }
}
