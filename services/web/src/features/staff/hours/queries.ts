// A month of a participant as the provider has it, and saving and submitting it.
import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";

import {
  type DraftConflict,
  type GetMonthResponse,
  type MonthDraft,
  MonthService,
  type SubmittedMonth,
} from "@/gen/deltaga/attendance/v1/month_service_pb";
import type { Account } from "@/gen/deltaga/staff/v1/account_service_pb";
import { useRequestId } from "@/shared/connection/request-id";
import type { Month } from "@/shared/language/format";

import { staffClientOf } from "../account";
import { written } from "../today";
import { isOutdated } from "./faults";
import type { Filled } from "./grid";
import { type Asked, isReadAnew } from "./working";

const client = staffClientOf(MonthService);

export interface Which {
  readonly account: Account;
  readonly placementId: string;
  readonly month: Month;
}

/** What came of saving: it is saved, or somebody else was faster. */
export type Saved =
  | { readonly kind: "saved"; readonly draft: MonthDraft }
  | { readonly kind: "conflict"; readonly conflict: DraftConflict };

/** What came of submitting: it is the last version now, or somebody else was faster. */
export type Submission =
  | { readonly kind: "submitted"; readonly revision: SubmittedMonth | undefined }
  | { readonly kind: "conflict"; readonly conflict: DraftConflict };

export function hoursKey({ account, placementId, month }: Which) {
  return ["hours", account.accountId, placementId, written(month)] as const;
}

export function useMonth(which: Which) {
  return useQuery<GetMonthResponse>(reading(which));
}

/** Reads the month whatever is known of it. */
export function useReadingAnew(which: Which) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: () => queries.fetchQuery({ ...reading(which), staleTime: 0 }) });
}

/** Saves a draft, as a change of what was read under an etag. */
export function useSaving(which: Which) {
  const queries = useQueryClient();
  const { placementId, month } = which;
  return useMutation({
    mutationFn: async ({ filled, etag }: { filled: Filled; etag: string }): Promise<Saved> => {
      const { outcome } = await client.saveMonthDraft({ placementId, month, etag, entries: [...filled.entries] });
      switch (outcome.case) {
        case "saved":
          return { kind: "saved", draft: outcome.value };
        case "conflict":
          return { kind: "conflict", conflict: outcome.value };
        case undefined:
          throw new Error("attendance answered neither");
      }
    },
    onSuccess: async (saved, { etag }) => {
      if (saved.kind === "conflict") {
        // What somebody else made of it is there before it is asked which holds.
        await queries.invalidateQueries({ queryKey: hoursKey(which) });
        return;
      }
      const { draft } = saved;
      const before = queries.getQueryData<GetMonthResponse>(hoursKey(which));
      queries.setQueryData<GetMonthResponse>(hoursKey(which), (read) => read && { ...read, draft, etag: draft.etag });
      if (isReadAnew(before, etag, draft)) {
        void queries.invalidateQueries({ queryKey: hoursKey(which) });
      }
      forgetList(queries, which);
    },
  });
}

/** Submits what is filled in: saves it before if it is not saved as it stands. */
export function useSubmitting(which: Which) {
  const queries = useQueryClient();
  const requestIdOf = useRequestId();
  const save = useSaving(which);
  // What is asked once more after a failure was perhaps saved, and perhaps submitted, the first time.
  const last = useRef<{ asked: Asked; etag: string }>(undefined);
  const { placementId, month } = which;
  return useMutation({
    mutationFn: async (asked: Asked): Promise<Submission> => {
      const { filled, isSaved } = asked;
      let etag = last.current?.asked === asked ? last.current.etag : asked.etag;
      if (!isSaved && last.current?.asked !== asked) {
        const saved = await save.mutateAsync({ filled, etag });
        if (saved.kind === "conflict") {
          return saved;
        }
        etag = saved.draft.etag;
        last.current = { asked, etag };
      }
      const request = { placementId, month, etag, zeroMonth: filled.entries.length === 0 };
      const { revision } = await client.submitMonth({ ...request, requestId: requestIdOf(JSON.stringify(request)) });
      return { kind: "submitted", revision };
    },
    onSuccess: (done) => {
      if (done.kind === "submitted") {
        queries.setQueryData<GetMonthResponse>(hoursKey(which), (read) => read && withLast(read, done.revision));
        void queries.invalidateQueries({ queryKey: hoursKey(which) });
        forgetList(queries, which);
      }
    },
    onError: async (error) => {
      if (isOutdated(error)) {
        await queries.invalidateQueries({ queryKey: hoursKey(which) });
      }
    },
  });
}

function reading(which: Which) {
  const { placementId, month } = which;
  return { queryKey: hoursKey(which), queryFn: () => client.getMonth({ placementId, month }) };
}

// The list tells drafts and corrections too.
function forgetList(queries: QueryClient, { account }: Which): void {
  void queries.invalidateQueries({ queryKey: ["months", account.accountId] });
}

// The rest of it is read anew at once.
function withLast({ draft: _submitted, ...read }: GetMonthResponse, revision: SubmittedMonth | undefined): GetMonthResponse {
  return { ...read, revisions: revision ? [...read.revisions, revision] : read.revisions };
}
