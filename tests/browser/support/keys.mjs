// Somebody who has a keyboard and no pointer: goes from stop to stop, sees where they are, and presses Enter or the space bar.
import { deepStrictEqual, ok, strictEqual } from "node:assert";

const MOST_STOPS = 80;

/** Goes on until a stop is reached; every stop on the way can be seen, and none comes before the one before it. */
export async function tabTo(page, target, key = "Tab") {
  await target.waitFor();
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    await page.keyboard.press(key);
    const { isNowhere, ...stop } = await page.evaluate(stopHere, key === "Tab");
    if (!isNowhere) {
      deepStrictEqual({ ...stop, name: "" }, { isSeen: true, isOnScreen: true, isInOrder: true, name: "" }, stop.name);
    }
    if (await target.evaluate((element) => element === document.activeElement)) {
      return;
    }
  }
  ok(false, `${target} cannot be reached by ${key}`);
}

/** Goes to it and presses it. */
export async function press(page, target, key = "Enter") {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

/** The heading of the page has the focus, so that what is read next is what has come. */
export async function begins(page, heading) {
  await heading.waitFor();
  const has = (element) => element.parentElement === document.activeElement;
  strictEqual(await heading.evaluate(has), true, "the heading has the focus");
}

/** The stops while a dialog is open: none is outside of it, but for the browser's own. */
export async function stopsWithin(page, dialog) {
  const names = new Set();
  for (let stop = 0; stop < 6; stop += 1) {
    await page.keyboard.press("Tab");
    const { isWithin, name } = await dialog.evaluate((element) => {
      const focused = document.activeElement;
      return { isWithin: focused === document.body || element.contains(focused), name: focused.textContent };
    });
    strictEqual(isWithin, true, name);
    names.add(name);
  }
  return names;
}

// Runs in the page. Whoever comes round to the first stop begins anew.
function stopHere(isForward) {
  const stop = document.activeElement;
  if (stop === document.body || stop === null) {
    window.lastStop = undefined;
    return { isNowhere: true };
  }
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(stop);
  const box = stop.getBoundingClientRect();
  const follows = window.lastStop?.isConnected ? window.lastStop.compareDocumentPosition(stop) : Node.DOCUMENT_POSITION_FOLLOWING;
  window.lastStop = isForward ? stop : undefined;
  return {
    name: (stop.textContent || stop.outerHTML).slice(0, 60),
    isSeen: (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none",
    isOnScreen: box.bottom > 0 && box.top < window.innerHeight && box.right > 0 && box.left < window.innerWidth,
    isInOrder: !isForward || Boolean(follows & Node.DOCUMENT_POSITION_FOLLOWING),
  };
}
