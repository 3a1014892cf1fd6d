// The states that pages can be in, by the names that states.json has for them. The browser tests look at each of them.
import type states from "@/states.json";

type States = typeof states;

/** A page by its path, or a part that pages have in common. */
export type Place = keyof States;
/** Paths of pages. */
export type Path = Extract<Place, `/${string}`>;

export interface Shown {
  "data-state": string;
}

/** Marks an element as what is shown in a state. */
export function shows<At extends Place>(place: At, state: keyof States[At] & string): Shown {
  return { "data-state": `${place} ${state}` };
}
