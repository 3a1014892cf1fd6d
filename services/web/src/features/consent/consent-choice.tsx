// Boxes for consents that are not given, with the whole wording below each. None is ticked beforehand.
import type { UseQueryResult } from "@tanstack/react-query";

import type { ConsentText } from "@/gen/deltaga/consent/v1/consent_service_pb";
import { Checkbox } from "@/shared/components/checkbox";
import { Facts } from "@/shared/components/facts";
import { Loaded } from "@/shared/components/loading";
import { More } from "@/shared/components/more";
import { Paragraphs } from "@/shared/components/paragraphs";
import { useTexts } from "@/shared/language/catalogue";
import { shows } from "@/shared/navigation/states";

import { MissingWording } from "./missing-wording";
import { useFullRecipientName, useRecipientName } from "./recipient-names";
import { type KnownRecipient, RECIPIENTS } from "./recipients";
import { texts } from "./texts";

const MONTH = "/months/:monthReportId";

interface ConsentChoiceProps {
  open: readonly KnownRecipient[];
  chosen: readonly KnownRecipient[];
  onChange: (chosen: readonly KnownRecipient[]) => void;
  wordings: UseQueryResult<ConsentText[]>;
}

export function ConsentChoice({ open, chosen, onChange, wordings }: ConsentChoiceProps) {
  const t = useTexts(texts);
  const name = useRecipientName();
  const fullName = useFullRecipientName();
  const held = RECIPIENTS.filter((recipient) => !open.includes(recipient));
  const tick = (recipient: KnownRecipient, isTicked: boolean) =>
    onChange(open.filter((other) => (other === recipient ? isTicked : chosen.includes(other))));
  return (
    <fieldset className="choice">
      <legend>{t.choice}</legend>
      <Facts facts={[{ name: t.whoSees, value: t.whoSeesIt(open.map(name), held.map(name)) }]} />
      <p>{t.voluntary}</p>
      <p>{t.content}</p>
      <p>{t.covers}</p>
      <Loaded query={wordings}>
        {(all) =>
          open.map((recipient) => {
            const wording = all.find((candidate) => candidate.recipient === recipient);
            return wording ? (
              <div key={recipient} className="choice-row">
                <Checkbox isTicked={chosen.includes(recipient)} onChange={(isTicked) => tick(recipient, isTicked)}>
                  {t.tick(fullName(recipient))}
                </Checkbox>
                <More title={t.wholeText(name(recipient))}>
                  <Paragraphs text={wording.body} />
                </More>
              </div>
            ) : (
              <MissingWording key={recipient} recipient={recipient} wordings={wordings} shown={shows(MONTH, "noWording")} />
            );
          })
        }
      </Loaded>
    </fieldset>
  );
}
