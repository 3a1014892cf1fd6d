// The two languages of the pages: which one is in force, and how it is changed.
import { createContext, type ReactNode, use, useEffect, useMemo, useState } from "react";

import { Language as WireLanguage } from "@/gen/deltaga/types/v1/types_pb";

export type Language = "sv" | "en";

const KEPT = "deltaga-language";

interface Choice {
  language: Language;
  choose: (language: Language) => void;
}

const Chosen = createContext<Choice>({ language: "sv", choose: () => undefined });

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(preferred);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const choice = useMemo(() => ({ language, choose: (next: Language) => setLanguage(keep(next)) }), [language]);
  return <Chosen value={choice}>{children}</Chosen>;
}

export function useLanguage(): Choice {
  return use(Chosen);
}

/** The language as the contract writes it. */
export function wireLanguage(language: Language): WireLanguage {
  return language === "en" ? WireLanguage.EN : WireLanguage.SV;
}

// Swedish, unless English was chosen before or is what the browser asks for first.
function preferred(): Language {
  const kept = read();
  if (kept === "sv" || kept === "en") {
    return kept;
  }
  return navigator.language.toLowerCase().startsWith("en") ? "en" : "sv";
}

function read(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

// A browser that keeps nothing asks for the language anew at the next visit.
function keep(language: Language): Language {
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    // The choice holds until the page is closed.
  }
  return language;
}
