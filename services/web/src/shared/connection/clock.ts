// What time it is where the services are. A clock that is set wrong here must neither end a session nor begin a day.
let ahead = 0;

/** Takes note of what an answer says; tells how far the clock here is ahead. An answer that says nothing changes nothing. */
export function noteServerTime(told: string | null, here = Date.now()): number {
  const there = Date.parse(told ?? "");
  if (!Number.isNaN(there)) {
    ahead = here - there;
  }
  return ahead;
}

export function serverNow(here = Date.now()): Date {
  return new Date(here - ahead);
}
