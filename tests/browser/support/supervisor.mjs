// The provider's supervisor, by calls: corrects a month so that its participant may answer it anew.
import { act, eventually, pages, people } from "./stack.mjs";

/** Somebody who calls as a page does. */
export class Caller {
  #cookies = new Map();
  #csrf = "";
  #account = "";

  /** Signs in with BankID to the staff's or the participant's pages. */
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

export async function supervisor() {
  const caller = await Caller.signIn(people.supervisor, "PORTAL_STAFF");
  const { accounts } = await caller.call("staff.v1.AccountService/ListMyAccounts", {});
  caller.through(accounts[0].account?.accountId ?? accounts[0].accountId);
  return caller;
}

/** Takes an hour off the first day and submits: the participant sees what changed and may answer again. */
export async function correct(caller, month) {
  const of = { placementId: month.placementId, month: month.month };
  const read = await caller.call("attendance.v1.MonthService/GetMonth", of);
  const last = read.revisions.at(-1);
  const entries = last.days.flatMap(({ day, activities }) =>
    activities.map(({ activityCode, minutes }) => ({ day, activityCode, minutes })),
  );
  const longest = entries.find((entry) => entry.minutes > 60);
  longest.minutes -= 60;
  const { saved } = await caller.call("attendance.v1.MonthService/SaveMonthDraft", { ...of, etag: read.etag, entries });
  await caller.call("attendance.v1.MonthService/SubmitMonth", {
    ...of,
    requestId: crypto.randomUUID(),
    etag: saved.etag,
  });
}

/** Sees to it that the latest month of a participant waits for an answer. */
export async function reopen(caller, number) {
  const participant = await Caller.signIn(number, "PORTAL_PARTICIPANT");
  const { months } = await participant.call("attendance.v1.AnswerService/ListOwnMonths", {});
  if (months[0].answer !== "ANSWER_WAITING") {
    await correct(caller, months[0]);
  }
}
