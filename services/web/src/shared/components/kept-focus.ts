// Where content takes the place of other content the focus would be lost with it, and whoever has no pointer with the focus.
import { type RefObject, useEffect, useRef } from "react";

/** Takes the focus when the content changes and what had it is gone. */
export function useKeptFocus<Place extends HTMLElement>(content: unknown): RefObject<Place | null> {
  const place = useRef<Place>(null);
  const before = useRef(content);
  useEffect(() => {
    if (before.current !== content && document.activeElement === document.body) {
      place.current?.focus();
    }
    before.current = content;
  }, [content]);
  return place;
}
