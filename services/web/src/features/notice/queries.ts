// Which versions of the information this person was shown, and noting that one was.
import { create } from "@bufbuild/protobuf";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { NoticeService, type ShownNotice, ShownNoticeSchema } from "@/gen/deltaga/identity/v1/notice_service_pb";
import { clientOf } from "@/shared/connection/transport";
import { useLanguage, wireLanguage } from "@/shared/language/language";

import { NOTICE_VERSION } from "./version";

const client = clientOf(NoticeService);
const KEY = ["own-notice"] as const;

export function useOwnNotice(isAsked = true) {
  return useQuery({
    queryKey: KEY,
    queryFn: async () => (await client.getOwnNotice({})).notices,
    staleTime: Infinity,
    enabled: isAsked,
  });
}

/** Notes that the information was shown, in the language that the page is in. */
export function useNoting() {
  const { language } = useLanguage();
  const queries = useQueryClient();
  const keep = (notice: ShownNotice) =>
    queries.setQueryData<ShownNotice[]>(KEY, (before = []) => [notice, ...before]);
  const noting = useMutation({
    mutationFn: async () => {
      const request = { version: NOTICE_VERSION, language: wireLanguage(language) };
      return (await client.recordNoticeShown(request)).notice ?? create(ShownNoticeSchema, { version: NOTICE_VERSION });
    },
    onSuccess: keep,
  });
  return {
    noting,
    /** Goes on all the same; it is shown again at the next visit. */
    passOver: () => keep(create(ShownNoticeSchema, { version: NOTICE_VERSION })),
  };
}
