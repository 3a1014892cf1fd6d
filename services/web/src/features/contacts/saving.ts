// Reading and saving the own contact points.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { ContactService, type OwnContacts } from "@/gen/deltaga/identity/v1/contact_service_pb";
import { problemOf } from "@/shared/connection/problem";
import { useRequestId } from "@/shared/connection/request-id";
import { clientOf } from "@/shared/connection/transport";

import type { Filled } from "./filled";
import { numberWithCountry } from "./number";

const client = clientOf(ContactService);

export const CONTACTS_KEY = ["own-contacts"] as const;

export async function readContacts(): Promise<OwnContacts | null> {
  return (await client.getOwnContacts({})).contacts ?? null;
}

// What somebody has saved in another tab or browser meanwhile is not written over unseen.
export function useSaving(saved: OwnContacts, readAgain: () => Promise<unknown>, onSaved: (now: OwnContacts) => void) {
  const queries = useQueryClient();
  const requestIdOf = useRequestId();
  const [isElsewhere, setIsElsewhere] = useState(false);
  const save = useMutation({
    mutationFn: async (filled: Filled) => {
      const contacts = { ...filled, email: filled.email.trim(), phone: numberWithCountry(filled.phone), etag: saved.etag };
      return (await client.updateOwnContacts({ requestId: requestIdOf(JSON.stringify(contacts)), contacts })).contacts;
    },
    onMutate: () => setIsElsewhere(false),
    onSuccess: (now) => {
      if (now) {
        queries.setQueryData(CONTACTS_KEY, now);
        onSaved(now);
      }
    },
    onError: async (error) => {
      if (problemOf(error).reason === "ETAG_MISMATCH") {
        await readAgain();
        setIsElsewhere(true);
      }
    },
  });
  const takeSaved = () => {
    setIsElsewhere(false);
    save.reset();
  };
  return { save, isElsewhere, takeSaved };
}
