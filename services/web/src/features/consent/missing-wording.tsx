// A wording that is not there: nobody says yes to what cannot be read, so it is asked for once more.
import type { UseQueryResult } from "@tanstack/react-query";

import type { ConsentText } from "@/gen/deltaga/consent/v1/consent_service_pb";
import { Button } from "@/shared/components/button";
import { ProblemNote } from "@/shared/components/loading";
import { Note } from "@/shared/components/note";
import type { Shown } from "@/shared/navigation/states";
import { useTexts } from "@/shared/language/catalogue";

import { useRecipientName } from "./recipient-names";
import type { KnownRecipient } from "./recipients";
import { texts } from "./texts";

interface MissingWordingProps {
  recipient: KnownRecipient;
  wordings: UseQueryResult<ConsentText[]>;
  shown: Shown;
}

export function MissingWording({ recipient, wordings, shown }: MissingWordingProps) {
  const t = useTexts(texts);
  const name = useRecipientName();
  const missing = t.noWording(name(recipient));
  const tryAgain = () => void wordings.refetch();
  return wordings.isError ? (
    <ProblemNote error={wordings.error} tryAgain={tryAgain} about={missing} shown={shown} />
  ) : (
    <Note kind="warning" title={missing} shown={shown}>
      <Button kind="secondary" name={t.readWordingAgain(name(recipient))} onPress={tryAgain} isPending={wordings.isFetching}>
        {t.tryAgain}
      </Button>
    </Note>
  );
}
