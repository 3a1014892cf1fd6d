// Everything about the participant as one file, fetched by a button.
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { Button, Buttons } from "@/shared/components/button";
import { Busy, ProblemNote } from "@/shared/components/loading";
import { Note } from "@/shared/components/note";
import { Page } from "@/shared/components/page";
import { isTriedAgain } from "@/shared/connection/problem";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";
import { shows } from "@/shared/navigation/states";

import { fetchCopy, save } from "./fetch-copy";
import { texts } from "./texts";

export default function CopyPage() {
  const t = useTexts(texts);
  const { size } = useFormats();
  const { fetching, bytes, giveUp } = useFetching();
  return (
    <Page title={t.title} shown={fetching.isIdle ? shows("/copy", "ready") : undefined}>
      <p className="lead">{t.lead}</p>
      <ul>
        {t.holds.map((line) => (
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
          <p>{t.doneText(fetching.data.name, size(fetching.data.bytes))}</p>
          <Button kind="secondary" onPress={() => save(fetching.data)}>{t.saveAgain}</Button>
        </Note>
      )}
      {fetching.isError && (
        <ProblemNote
          error={fetching.error}
          tryAgain={() => fetching.mutate()}
          beside={t.notWhole}
          shown={shows("/copy", "failed")}
        />
      )}
      <Buttons>
        {fetching.isPending ? (
          <Button kind="secondary" onPress={giveUp}>{t.giveUp}</Button>
        ) : (
          <Button onPress={() => fetching.mutate()}>{isTriedAgain(fetching.error) ? t.tryAgain : t.fetch}</Button>
        )}
      </Buttons>
    </Page>
  );
}

// Whoever leaves the page gives it up too.
function useFetching() {
  const [bytes, setBytes] = useState(0);
  const underWay = useRef<AbortController>(undefined);
  useEffect(() => () => underWay.current?.abort(), []);
  const fetching = useMutation({
    mutationFn: async () => {
      const controller = new AbortController();
      underWay.current = controller;
      setBytes(0);
      const copy = await fetchCopy(setBytes, controller);
      save(copy);
      return copy;
    },
  });
  const giveUp = () => {
    underWay.current?.abort();
    fetching.reset();
  };
  return { fetching, bytes, giveUp };
}
