// Everything about the participant as one file, fetched by a button: as a page to read, or as data.
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { Button, Buttons } from "@/shared/components/button";
import { Busy, ProblemNote } from "@/shared/components/loading";
import { Note } from "@/shared/components/note";
import { Page } from "@/shared/components/page";
import { isTriedAgain } from "@/shared/connection/problem";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";
import { type Language, useLanguage } from "@/shared/language/language";
import { shows } from "@/shared/navigation/states";

import { type Copy, fetchCopy, save } from "./fetch-copy";
import { texts } from "./texts";

export default function CopyPage() {
  const t = useTexts(texts);
  const { size } = useFormats();
  const { fetching, bytes, giveUp } = useFetching();
  const isAgain = isTriedAgain(fetching.error);
  return (
    <Page title={t.title} shown={fetching.isIdle ? shows("/copy", "ready") : undefined}>
      <p className="lead">{t.lead}</p>
      <ul>
        {t.contains.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p>{t.form}</p>
      <p className="calm">{t.careful}</p>
      {fetching.isPending && (
        <div className="stack" {...shows("/copy", "fetching")}>
          <Busy>{t.fetching}</Busy>
          <p aria-hidden>{t.sofar(size(bytes))}</p>
        </div>
      )}
      {fetching.isSuccess && (
        <Note kind="success" title={t.done} isTold shown={shows("/copy", "fetched")}>
          <p>{t.doneText(fetching.data.saved.name, size(fetching.data.saved.bytes))}</p>
          <SaveAnew whole={fetching.data.whole} />
        </Note>
      )}
      {fetching.isError && (
        <ProblemNote
          error={fetching.error}
          tryAgain={() => fetching.mutate(fetching.variables)}
          beside={t.notWhole}
          shown={shows("/copy", "failed")}
        />
      )}
      {fetching.isPending && <Button kind="secondary" onPress={giveUp}>{t.giveUp}</Button>}
      {(fetching.isIdle || fetching.isError) && (
        <Buttons>
          {FORMS.map((form) => (
            <Button key={form} kind={form === "page" ? "primary" : "secondary"} onPress={() => fetching.mutate(form)}>
              {isAgain && fetching.variables === form ? t.tryAgain : t.fetch[form]}
            </Button>
          ))}
        </Buttons>
      )}
    </Page>
  );
}

/** What was fetched is saved as one of these: a page to read, made of the file in the browser, or the file as it is. */
const FORMS = ["page", "file"] as const;
type Form = (typeof FORMS)[number];

async function formed(form: Form, whole: Copy, language: Language): Promise<Copy> {
  return form === "page" ? (await import("./readable/make")).makeReadable(whole, language) : whole;
}

function SaveAnew({ whole }: { whole: Copy }) {
  const t = useTexts(texts);
  const { language } = useLanguage();
  const saving = useMutation({ mutationFn: async (form: Form) => save(await formed(form, whole, language)) });
  return (
    <>
      {saving.isError && <ProblemNote error={saving.error} tryAgain={() => saving.mutate(saving.variables)} beside={t.notWhole} />}
      <Buttons>
        {FORMS.map((form) => (
          <Button key={form} kind="secondary" onPress={() => saving.mutate(form)}>{t.saveAs[form]}</Button>
        ))}
      </Buttons>
    </>
  );
}

// Whoever leaves the page gives it up too.
function useFetching() {
  const { language } = useLanguage();
  const [bytes, setBytes] = useState(0);
  const underWay = useRef<AbortController>(undefined);
  useEffect(() => () => underWay.current?.abort(), []);
  const fetching = useMutation({
    mutationFn: async (form: Form) => {
      const controller = new AbortController();
      underWay.current = controller;
      setBytes(0);
      const whole = await fetchCopy(setBytes, controller);
      const saved = await formed(form, whole, language);
      save(saved);
      return { whole, saved };
    },
  });
  const giveUp = () => {
    underWay.current?.abort();
    fetching.reset();
  };
  return { fetching, bytes, giveUp };
}
