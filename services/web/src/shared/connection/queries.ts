// How long answers are kept, and which failures are tried again.
import { QueryClient } from "@tanstack/react-query";

import { problemOf } from "./problem";

const TRIES = 3;
const FRESH_FOR = 30_000;

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < TRIES && problemOf(error).isPassing,
        staleTime: FRESH_FOR,
        refetchOnWindowFocus: false,
      },
      mutations: { retry: false },
    },
  });
}
