// Calls that are made again for a while, where what they ask for is under way.
const PAUSES = [300, 500, 800, 1200, 2000, 3000] as const;

/** Calls until the answer is settled, or the error is one that waiting does not help; then gives the last answer. */
export async function settled<Answer>(
  call: () => Promise<Answer>,
  isSettled: (answer: Answer) => boolean,
  isWorthWaiting: (error: unknown) => boolean,
): Promise<Answer> {
  for (const pause of PAUSES) {
    try {
      const answer = await call();
      if (isSettled(answer)) {
        return answer;
      }
    } catch (error) {
      if (!isWorthWaiting(error)) {
        throw error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return call();
}
