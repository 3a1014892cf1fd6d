// Names of activities as labels: one that the catalogue does not tell is said to be unknown, with its code.
import { useIsFetching } from "@tanstack/react-query";

import { type ActivityName, useActivityNames } from "@/shared/activities/names";
import { useTexts } from "@/shared/language/catalogue";

import { texts } from "./texts";

export function useActivityLabels(): ActivityName {
  const t = useTexts(texts);
  const nameOf = useActivityNames();
  const isFetching = useIsFetching({ queryKey: ["activities"] }) > 0;
  return (code) => {
    const name = nameOf(code);
    // While it is fetched nobody knows yet.
    return name === code && !isFetching ? t.unknownActivity(code) : name;
  };
}
