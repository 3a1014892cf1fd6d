// What can be seen to be wrong about a state: axe, text that is cut or lies beyond the screen, movement and light where none
// is asked for.
import { AxeBuilder } from "@axe-core/playwright";

/** How much was looked at in this run. */
export const looked = { states: 0, violations: 0 };

export async function faultsOf(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  looked.states += 1;
  looked.violations += violations.length;
  const told = violations.map(({ id, nodes }) => `axe ${id} at ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
  return [...told, ...(await faultsOfSight(page))];
}

/** What needs no axe: it says the same of a page however much it is enlarged. */
export function faultsOfSight(page) {
  return page.evaluate(faultsToSee);
}

// Runs in the page.
function faultsToSee() {
  const faults = [];
  const beyond = document.documentElement.scrollWidth - window.innerWidth;
  if (beyond > 0) {
    faults.push(`${beyond} pixels wider than the screen`);
  }
  const cut = [...document.body.querySelectorAll("*")].filter((element) => isRead(element) && isCut(element));
  faults.push(...cut.map((element) => `"${element.textContent.trim().slice(0, 40)}" is cut`));
  const isLessAskedFor = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const moving = document.getAnimations().filter((animation) => animation.playState === "running");
  if (isLessAskedFor && moving.length > 0) {
    faults.push(`${moving.length} parts move`);
  }
  const isDark = brightness(getComputedStyle(document.documentElement).backgroundColor) < 0.5;
  if (isDark !== matchMedia("(prefers-color-scheme: dark)").matches) {
    faults.push(isDark ? "dark where light is asked for" : "light where dark is asked for");
  }
  return faults;

  function isRead(element) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    return hasText && element.checkVisibility() && !element.closest(".skip") && !isForReadersOnly(element);
  }

  // A screen reader's text is kept in a corner of one pixel.
  function isForReadersOnly(element) {
    const box = element.getBoundingClientRect();
    return (box.width <= 1 && box.height <= 1) || (element !== document.body && isForReadersOnly(element.parentElement));
  }

  function isCut(element) {
    const range = document.createRange();
    range.selectNodeContents(element);
    return [...range.getClientRects()].some((text) => text.width > 0 && isOutside(text, element));
  }

  function isOutside(text, element) {
    if (text.right > window.innerWidth + 1 || text.left < -1) {
      return true;
    }
    for (let around = element; around && around !== document.body; around = around.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(around);
      const box = around.getBoundingClientRect();
      const isBeside = text.right > box.right + 1 || text.left < box.left - 1;
      const isBelow = text.bottom > box.bottom + 1 || text.top < box.top - 1;
      // What scrolls up and down hides nothing for good.
      if ((overflowX !== "visible" && isBeside) || (["hidden", "clip"].includes(overflowY) && isBelow)) {
        return true;
      }
    }
    return false;
  }

  function brightness(colour) {
    const [red = 255, green = 255, blue = 255] = (colour.match(/[\d.]+/g) ?? []).map(Number);
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
  }
}
