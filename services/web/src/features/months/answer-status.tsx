import type { Answer } from "@/gen/deltaga/attendance/v1/month_pb";
import { Status } from "@/shared/components/status";
import { useTexts } from "@/shared/language/catalogue";

import { ANSWER_TONES } from "./answers";
import { texts } from "./texts";

export function AnswerStatus({ answer }: { answer: Answer }) {
  const t = useTexts(texts);
  return <Status tone={ANSWER_TONES[answer]}>{t.answers[answer]}</Status>;
}
