// Whether somebody has taken a step here, by pointer, by Enter or by the space bar: looking around by Tab is none.
let isTaken = false;

const take = () => (isTaken = true);

// A button may act before its click, as the pointer is lifted or the key goes down; some aids to using a computer only click.
window.addEventListener("pointerup", take, { capture: true, once: true });
window.addEventListener("click", take, { capture: true, once: true });
window.addEventListener("keydown", ({ key }) => (key === "Enter" || key === " ") && take(), { capture: true });

/** Whoever has only just come, or goes from stop to stop, has taken none. */
export function hasTakenStep(): boolean {
  return isTaken;
}
