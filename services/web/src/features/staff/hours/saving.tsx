// What came of saving.
import { Note } from "@/shared/components/note";
import { useTexts } from "@/shared/language/catalogue";
import { shows } from "@/shared/navigation/states";

import { Conflict } from "./conflict";
import { namesField } from "./faults";
import type { Filled } from "./grid";
import { InSight } from "./in-sight";
import type { useSaving, Which } from "./queries";
import { Refused } from "./refused";
import { texts } from "./texts";

const PATH = "/staff/participants/:placementId/:month";

interface SavingProps {
  which: Which;
  save: ReturnType<typeof useSaving>;
  filled: Filled;
  isSaved: boolean;
  saveWith: (etag: string) => void;
  takeTheirs: () => void;
}

export function Saving({ which, save, filled, isSaved, saveWith, takeTheirs }: SavingProps) {
  const t = useTexts(texts);
  if (save.isError) {
    const { error, variables } = save;
    const again = () => saveWith(variables.etag);
    const isTold = namesField({ error, sent: variables.filled });
    return !isTold && (
      <InSight>
        <Refused error={error} tryAgain={again} title={t.notSaved} beside={t.notSaved} shown={shows(PATH, "notSaved")} />
      </InSight>
    );
  }
  switch (save.data?.kind) {
    case "saved":
      return isSaved && <Note kind="success" title={t.saved} isTold shown={shows(PATH, "saved")} />;
    case "conflict":
      return (
        <InSight>
          <Conflict
            which={which}
            conflict={save.data.conflict}
            mine={filled.entries}
            onKeepMine={saveWith}
            onTakeTheirs={() => {
              takeTheirs();
              save.reset();
            }}
          />
        </InSight>
      );
    case undefined:
      return null;
  }
}
