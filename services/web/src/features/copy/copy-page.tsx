// Everything about the participant as one file, fetched by a button: as a page to read, or as data.
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";

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
import { madeAndSaved } from "./saving";
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

function saveAs(form: Form, whole: Copy, language: Language, underWay: AbortSignal): Promise<Copy> {
  const make = async () => (form === "page" ? (await import("./readable/make")).makeReadable(whole, language) : whole);
  return madeAndSaved(whole, { make, save }, underWay);
}

function SaveAnew({ whole }: { whole: Copy }) {
  const t = useTexts(texts);
  const { language } = useLanguage();
  const underWay = useUnderWay();
  const saving = useMutation({ mutationFn: (form: Form) => saveAs(form, whole, language, underWay.anew().signal) });
  return (
    <>
      <p>{t.saveMore}</p>
      {saving.isError && <ProblemNote error={saving.error} tryAgain={() => saving.mutate(saving.variables)} beside={t.notWhole} />}
      <Buttons>
        {FORMS.map((form) => (
          <Button key={form} kind="secondary" onPress={() => saving.mutate(form)}>{t.saveAs[form]}</Button>
        ))}
      </Buttons>
    </>
  );
}

function useFetching() {
  const { language } = useLanguage();
  const [bytes, setBytes] = useState(0);
  const underWay = useUnderWay();
  const fetching = useMutation({
    mutationFn: async (form: Form) => {
      const controller = underWay.anew();
      setBytes(0);
      const whole = await fetchCopy(setBytes, controller);
      return { whole, saved: await saveAs(form, whole, language, controller.signal) };
    },
  });
  const giveUp = () => {
    underWay.giveUp();
    fetching.reset();
  };
  return { fetching, bytes, giveUp };
}

// Whoever leaves the page gives up what is under way.
function useUnderWay() {
  const [underWay] = useState(() => {
    const all = new Set<AbortController>();
    const giveUp = () => all.forEach((begun) => begun.abort());
    const anew = () => {
      const begun = new AbortController();
      all.add(begun);
      return begun;
    };
    return { anew, giveUp };
  });
  useEffect(() => underWay.giveUp, [underWay]);
  return underWay;
}
