// Where the stack is and who is in it, as whoever started it says in the environment.

function given(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set: these tests are started by tests/e2e`);
  }
  return value;
}

/** Address of the pages. */
export const pages = given("BROWSER_TEST_PAGES");
/** Address of the simulator's control port, which plays the phone. */
export const phone = given("BROWSER_TEST_PHONE");
/** Personal numbers: the supervisor, and participants by the number of their case. */
export const people = JSON.parse(given("BROWSER_TEST_PEOPLE"));
/** The browser, and where screenshots are kept. */
export const chromium = process.env.BROWSER_TEST_CHROMIUM ?? "/usr/bin/chromium";
export const screenshots = process.env.BROWSER_TEST_SCREENSHOTS;

/** Whether everything is looked at (`make browser`), or each journey gone once (`make test`). */
export const isWhole = Boolean(process.env.BROWSER_TEST_WHOLE);

/** Plays the phone: finds an order by its code or its start token and does something with it. */
export async function act(order) {
  const answer = await fetch(`${phone}/sim/phone`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(order),
  });
  if (!answer.ok) {
    throw new Error(`the phone answered ${answer.status}: ${await answer.text()}`);
  }
}

/** Asks until it goes well. */
export async function eventually(what, attempt, patience = 30_000) {
  const until = Date.now() + patience;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > until) {
        throw new Error(what, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
