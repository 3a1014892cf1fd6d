// Somebody to turn to: by name with the ways to reach them, or by function alone where the name is not shown.
import type { ContactName } from "@/gen/deltaga/staff/v1/name_service_pb";
import { useTexts } from "@/shared/language/catalogue";

import { texts } from "./texts";

export function Contact({ contact }: { contact: ContactName }) {
  const t = useTexts(texts);
  const { name, workEmail, workPhone } = contact;
  return (
    <span className="lines">
      <span>{name || t.functions[contact.function]}</span>
      {!name && <span className="small">{t.functionOnly}</span>}
      {workPhone && <a href={`tel:${workPhone}`}>{workPhone}</a>}
      {workEmail && <a href={`mailto:${workEmail}`}>{workEmail}</a>}
    </span>
  );
}
