// Whatever takes the focus stands above the bar, however high the bar is: the page is scrolled with that much room below.
import { type RefObject, useEffect, useRef } from "react";

/** The bar; its height is --bar in the style sheet. */
export function useRoomFor<Bar extends HTMLElement>(): RefObject<Bar | null> {
  const bar = useRef<Bar>(null);
  useEffect(() => {
    const { style } = document.documentElement;
    const observer = new ResizeObserver(() => style.setProperty("--bar", `${bar.current?.offsetHeight ?? 0}px`));
    if (bar.current) {
      observer.observe(bar.current);
    }
    return () => {
      observer.disconnect();
      style.removeProperty("--bar");
    };
  }, []);
  return bar;
}
