// The way to the agency: its own page tells how it is reached. Nothing of that page is loaded here.
import { useTexts } from "@/shared/language/catalogue";

import { texts } from "./texts";

const ADDRESS = "https://arbetsformedlingen.se/kontakt";

export function AgencyContact() {
  const t = useTexts(texts);
  return <a href={ADDRESS} rel="noreferrer">{t.agencyContact}</a>;
}
