// The emblem and the line that services paid by the European Social Fund carry.
import { useTexts } from "@/shared/language/catalogue";

import { texts } from "./texts";

const STARS = Array.from({ length: 12 }, (_, index) => {
  const angle = (index * Math.PI) / 6;
  return { x: 27 + 12 * Math.sin(angle), y: 18 - 12 * Math.cos(angle) };
});
const STAR = "M0-2 .45-.62 1.9-.62.73.24 1.18 1.62 0 .76-1.18 1.62-.73.24-1.900-.62-.45-.62Z";

export function CoFunding() {
  const t = useTexts(texts);
  return (
    <p className="co-funding">
      <svg viewBox="0 0 54 36" width="54" height="36" aria-hidden>
        <rect width="54" height="36" fill="#039" />
        {STARS.map(({ x, y }) => (
          <path key={`${x} ${y}`} d={STAR} fill="#fc0" transform={`translate(${x} ${y})`} />
        ))}
      </svg>
      <span>{t.coFunded}</span>
    </p>
  );
}
