// Whether somebody has taken a step here, by a click, Enter or the space bar: looking around by Tab is none.
let isTaken = false;

window.addEventListener("click", () => (isTaken = true), { capture: true, once: true });
window.addEventListener("keydown", ({ key }) => (isTaken ||= key === "Enter" || key === " "), { capture: true });

/** Whoever has only just come, or goes from stop to stop, has taken none. */
export function hasTakenStep(): boolean {
  return isTaken;
}
