// How an answer is told in a word.
import { Answer } from "@/gen/deltaga/attendance/v1/month_pb";
import type { Tone } from "@/shared/components/status";

export const ANSWER_TONES: Readonly<Record<Answer, Tone>> = {
  [Answer.UNSPECIFIED]: "neutral",
  [Answer.WAITING]: "waiting",
  [Answer.APPROVED]: "good",
  [Answer.REJECTED]: "bad",
  [Answer.LAPSED]: "neutral",
  [Answer.SUPERSEDED]: "neutral",
};
