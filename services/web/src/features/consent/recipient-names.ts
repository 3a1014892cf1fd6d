import { Recipient } from "@/gen/deltaga/types/v1/types_pb";
import { useTexts } from "@/shared/language/catalogue";

import { texts } from "./texts";

/** What a recipient is called in running text. */
export function useRecipientName(): (recipient: Recipient) => string {
  const t = useTexts(texts);
  return (recipient) => t.recipients[recipient];
}

/** The same with what the name stands for, where somebody is asked. */
export function useFullRecipientName(): (recipient: Recipient) => string {
  const t = useTexts(texts);
  return (recipient) => t.recipientsInFull[recipient];
}
