// How long answers are kept, and which failures are tried again.
import { QueryClient } from "@tanstack/react-query";

import { problemOf } from "./problem";

const TRIES = 3;
const FRESH_FOR = 30_000;
/** Calls fail, and whoever made them is told so. Otherwise they would wait in silence until there is a network again. */
const WITHOUT_NETWORK = "always";

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < TRIES && problemOf(error).isPassing,
        staleTime: FRESH_FOR,
        refetchOnWindowFocus: false,
        networkMode: WITHOUT_NETWORK,
      },
      mutations: { retry: false, networkMode: WITHOUT_NETWORK },
    },
  });
}
