// What counts of what is filled in, as the rule set of the month says. The service rounds and judges; this tells beforehand what
// it will make of a field, since whoever fills in 1:09 does not expect two hours.
const HOUR = 60;

/** The unit of each rule set that rounds its rows up, in minutes. The other rule sets take what stands there, or refuse it. */
export const ROUNDED_UP_TO: Readonly<Record<string, number>> = { cooperation_history: HOUR };

interface Timed {
  readonly minutes: number;
}

export interface Sums {
  /** As filled in. */
  readonly typed: number;
  /** As reported: what the participant reads, and what is sent on. */
  readonly reported: number;
}

export function isRoundedUp(ruleSet: string): boolean {
  return ruleSet in ROUNDED_UP_TO;
}

/** What so many minutes of one activity on one day count as, in minutes. */
export function reportedOf(minutes: number, ruleSet: string): number {
  const unit = ROUNDED_UP_TO[ruleSet] ?? 1;
  return Math.ceil(minutes / unit) * unit;
}

/** Each row is rounded, not the sum. */
export function sumsOf(rows: readonly Timed[], ruleSet: string): Sums {
  return {
    typed: rows.reduce((sum, { minutes }) => sum + minutes, 0),
    reported: rows.reduce((sum, { minutes }) => sum + reportedOf(minutes, ruleSet), 0),
  };
}
