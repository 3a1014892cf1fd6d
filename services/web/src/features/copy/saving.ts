// From what was fetched to what is saved: making it takes a while, and until the last moment it may be given up.

interface Saving<Whole, Made> {
  make: (whole: Whole) => Promise<Made>;
  save: (made: Made) => void;
}

/** Makes and saves it. Given up meanwhile, it throws and nothing is saved. */
export async function madeAndSaved<Whole, Made>(whole: Whole, { make, save }: Saving<Whole, Made>, underWay: AbortSignal): Promise<Made> {
  underWay.throwIfAborted();
  const made = await make(whole);
  underWay.throwIfAborted();
  save(made);
  return made;
}
