// A month of a participant as the provider has it, and saving and submitting it.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

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
import { type Filled, sameEntries } from "./grid";

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
  const { placementId, month } = which;
  return useQuery<GetMonthResponse>({
    queryKey: hoursKey(which),
    queryFn: () => client.getMonth({ placementId, month }),
  });
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
    onSuccess: (saved) => {
      if (saved.kind === "saved") {
        const { draft } = saved;
        queries.setQueryData<GetMonthResponse>(hoursKey(which), (read) => read && { ...read, draft, etag: draft.etag });
      }
    },
  });
}

/** Submits what is filled in: saves it before if it is not saved as it stands. */
export function useSubmitting(which: Which) {
  const queries = useQueryClient();
  const requestIdOf = useRequestId();
  const save = useSaving(which);
  const { account, placementId, month } = which;
  return useMutation({
    mutationFn: async ({ filled, read }: { filled: Filled; read: GetMonthResponse }): Promise<Submission> => {
      let { etag } = read;
      const isZero = filled.entries.length === 0;
      if (read.draft ? !sameEntries(filled.entries, read.draft.entries) : !isZero) {
        const saved = await save.mutateAsync({ filled, etag });
        if (saved.kind === "conflict") {
          return saved;
        }
        etag = saved.draft.etag;
      }
      const request = { placementId, month, etag, zeroMonth: isZero };
      const { revision } = await client.submitMonth({ ...request, requestId: requestIdOf(JSON.stringify(request)) });
      return { kind: "submitted", revision };
    },
    onSuccess: (done) => {
      if (done.kind === "submitted") {
        queries.setQueryData<GetMonthResponse>(hoursKey(which), (read) => read && withLast(read, done.revision));
        void queries.invalidateQueries({ queryKey: hoursKey(which) });
        void queries.invalidateQueries({ queryKey: ["months", account.accountId] });
      }
    },
  });
}

// The rest of it is read anew at once.
function withLast({ draft: _submitted, ...read }: GetMonthResponse, revision: SubmittedMonth | undefined): GetMonthResponse {
  return { ...read, revisions: revision ? [...read.revisions, revision] : read.revisions };
}
