// The information, in place of the page that somebody wanted to see: in short, with one button to go on, and below it in full.
import { InFull, InShort } from "@/features/information/information";
import { Button, Buttons } from "@/shared/components/button";
import { ProblemNote } from "@/shared/components/loading";
import { More } from "@/shared/components/more";
import { Page } from "@/shared/components/page";
import { useTexts } from "@/shared/language/catalogue";
import { shows } from "@/shared/navigation/states";

import { useNoting } from "./queries";
import { texts } from "./texts";

export default function NoticePage({ hadEarlier }: { hadEarlier: boolean }) {
  const t = useTexts(texts);
  const { noting, passOver } = useNoting();
  return (
    <Page title={t.before} shown={noting.isError ? undefined : shows("first visit", hadEarlier ? "changed" : "information")}>
      <p className="lead">{hadEarlier ? t.changed : t.lead}</p>
      <InShort />
      <p className="calm">{t.noConsent}</p>
      {noting.isError && (
        <ProblemNote
          error={noting.error}
          tryAgain={() => noting.mutate()}
          beside={t.notNoted}
          shown={shows("first visit", "notNoted")}
        />
      )}
      <Buttons>
        <Button onPress={() => noting.mutate()} isPending={noting.isPending}>
          {noting.isError ? t.tryAgain : t.goOn}
        </Button>
        {noting.isError && <Button kind="secondary" onPress={passOver}>{t.goOnAnyway}</Button>}
      </Buttons>
      <More title={t.inFull}>
        <InFull />
      </More>
    </Page>
  );
}
