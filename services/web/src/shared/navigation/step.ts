// Whether somebody has taken a step here, as a click or Enter on something: looking around by Tab is none.
let isTaken = false;

window.addEventListener("click", () => (isTaken = true), { capture: true, once: true });

/** Whoever has only just come, or goes from stop to stop, has taken none. */
export function hasTakenStep(): boolean {
  return isTaken;
}
