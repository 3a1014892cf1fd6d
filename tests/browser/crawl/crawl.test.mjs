// Every page and every state that services/web/src/states.json names, looked at with axe: the first of each page in every
// language, width and scheme, the others in four variants that pair them. What is named there and not seen fails.
import { deepStrictEqual } from "node:assert";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";

import { looked } from "../support/faults.mjs";
import { pages } from "../support/stack.mjs";
import { StandIn } from "../support/stand-in.mjs";
import { busiest, MOST_REQUESTS } from "../support/traffic.mjs";
import { closeBrowser, openBrowser, VARIANTS, Visit } from "../support/visit.mjs";
import { ADMINISTRATOR, gather, NOBODY, SUPERVISOR, WAITING } from "./cast.mjs";
import { ASKS_FIRST, SOME_MONTH, STATES } from "./states.mjs";

const LANGUAGES = ["sv", "en"];
const WIDTHS = [320, 768, 1280];
const SCHEMES = ["light", "dark"];
const EVERY_VARIANT = LANGUAGES.flatMap((language) =>
  WIDTHS.flatMap((width) => SCHEMES.map((scheme) => ({ language, width, scheme }))),
);

const named = JSON.parse(readFileSync(new URL("../../../services/web/src/states.json", import.meta.url), "utf8"));
const seen = new Map();
let cast;

before(async () => {
  await openBrowser();
  cast = await gather();
});
after(closeBrowser);

describe("every state", { concurrency: 3 }, () => {
  for (const scene of scenes()) {
    test(scene.name, () => play(scene));
  }
});

test("nothing that the router knows is left out", (context) => {
  const wanted = scenes().map(({ name, variants }) => `${name}: ${variants.length}`);
  const looks = [...seen].map(([name, count]) => `${name}: ${count}`);
  deepStrictEqual(looks.sort(), wanted.sort());
  deepStrictEqual(Object.keys(ASKS_FIRST), behindSignIn());
  const places = Object.keys(named).filter((place) => place.startsWith("/") || place === "*");
  const [path, requests] = [...busiest].sort(([, one], [, other]) => other - one)[0];
  context.diagnostic(`crawl: ${places.length} pages × ${LANGUAGES.length} languages × ${WIDTHS.length} widths × ${SCHEMES.length} themes, and ${seen.size - places.length} other states in 4 variants of them: ${looked.states} looks, ${looked.violations} axe violations`);
  context.diagnostic(`crawl: at most ${requests} requests (${path}) of ${MOST_REQUESTS} allowed`);
});

// The pages are those of the router: TypeScript holds its routes and states.json together.
function scenes() {
  return Object.entries(named).flatMap(([place, states]) =>
    Object.keys(states).flatMap((state, index) => {
      const how = STATES[place]?.[state];
      if (!how) {
        throw new Error(`nobody knows how to bring about "${place} ${state}"`);
      }
      const isMain = index === 0 && (place.startsWith("/") || place === "*");
      const variants = (isMain ? EVERY_VARIANT : VARIANTS).map((variant) => ({
        ...variant,
        width: how.widths?.at(0) ?? variant.width,
      }));
      const scene = { ...how, name: `${place} ${state}`, shown: `${place} ${state}`, path: how.path ?? place, variants };
      return how.everywhere ? everywhere(scene) : [scene];
    }),
  );
}

function everywhere(scene) {
  return behindSignIn().map((path) => ({
    ...scene,
    path,
    as: readerOf(path),
    name: `${path} ${scene.shown.split(" ").at(-1)}`,
    before: (standIn) => scene.everywhere(standIn, ASKS_FIRST[path]),
  }));
}

function behindSignIn() {
  // The last asks for nothing before somebody does.
  const others = ["/login", "/about", "/accessibility", "/return", "/copy"];
  return Object.keys(named).filter((place) => place.startsWith("/") && !others.includes(place));
}

function readerOf(path) {
  return path === "/staff/accounts" ? ADMINISTRATOR : path.startsWith("/staff") ? SUPERVISOR : WAITING;
}

async function play(scene) {
  for (const language of LANGUAGES) {
    const [first, ...others] = scene.variants.filter((variant) => variant.language === language);
    const visit = await Visit.begin(first);
    const standIn = new StandIn(visit.context);
    const who = scene.as ?? readerOf(scene.path);
    if (who !== NOBODY) {
      await visit.context.addCookies(cast[who].cookies);
    }
    await scene.before?.(standIn);
    const path = scene.path.replace(":monthReportId", cast[who]?.monthReportId).replace(":placementId/:month", SOME_MONTH);
    await visit.page.goto(pages + path);
    await scene.then?.(visit);
    await visit.page.locator(`[data-state="${scene.shown}"]`).first().waitFor();
    for (const variant of [first, ...others]) {
      await visit.turn(variant);
      await (scene.isUnderWay ? visit.lookAsItIs(scene.name) : visit.look(scene.name));
      seen.set(scene.name, (seen.get(scene.name) ?? 0) + 1);
    }
    await visit.end(standIn.expected);
  }
}
