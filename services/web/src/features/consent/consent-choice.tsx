// Whether months may be sent on: a question of its own, voluntary, folded at first. Boxes for consents that are not given, each
// below its whole wording, so that nobody ticks what is not in sight. None is ticked beforehand.
import type { UseQueryResult } from "@tanstack/react-query";

import type { ConsentText } from "@/gen/deltaga/consent/v1/consent_service_pb";
import { Checkbox } from "@/shared/components/checkbox";
import { Loaded } from "@/shared/components/loading";
import { More } from "@/shared/components/more";
import { Section, Subsection } from "@/shared/components/page";
import { Paragraphs } from "@/shared/components/paragraphs";
import { useTexts } from "@/shared/language/catalogue";
import { Link } from "@/shared/navigation/link";
import { shows } from "@/shared/navigation/states";

import { MissingWording } from "./missing-wording";
import { useFullRecipientName, useRecipientName } from "./recipient-names";
import type { KnownRecipient } from "./recipients";
import { texts } from "./texts";

const MONTH = "/months/:monthReportId";

interface BoxesProps {
  /** Those who may be ticked. */
  open: readonly KnownRecipient[];
  chosen: readonly KnownRecipient[];
  onChange: (chosen: readonly KnownRecipient[]) => void;
  wordings: UseQueryResult<ConsentText[]>;
  /** Which months a consent covers, by name; in general where they are not known. */
  covers: string | undefined;
}

interface ConsentChoiceProps extends BoxesProps {
  /** Those to whom a consent holds. */
  held: readonly KnownRecipient[];
  startsOpen: boolean;
}

export function ConsentChoice({ startsOpen, held, ...boxes }: ConsentChoiceProps) {
  const t = useTexts(texts);
  const name = useRecipientName();
  const { open, chosen } = boxes;
  return (
    <Section title={t.choice}>
      <p>{open.length > 0 ? t.whoSeesIt(open.map(name), held.map(name)) : t.alreadyYes(held.map(name))}</p>
      {held.length > 0 && (
        <p>
          <Link to="/consents">{t.change}</Link>
        </p>
      )}
      {open.length > 0 && (
        <>
          <p>{t.voluntary}</p>
          <More title={t.choose(chosen.map(name))} startsOpen={startsOpen}>
            <Boxes {...boxes} />
          </More>
        </>
      )}
    </Section>
  );
}

function Boxes({ open, chosen, onChange, wordings, covers }: BoxesProps) {
  const t = useTexts(texts);
  const fullName = useFullRecipientName();
  const tick = (recipient: KnownRecipient, isTicked: boolean) =>
    onChange(open.filter((other) => (other === recipient ? isTicked : chosen.includes(other))));
  return (
    <>
      <p {...shows(MONTH, "consents")}>{covers ?? t.covers}</p>
      <Loaded query={wordings}>
        {(all) =>
          open.map((recipient) => {
            const wording = all.find((candidate) => candidate.recipient === recipient);
            return wording ? (
              <Subsection key={recipient} title={wording.title}>
                <Paragraphs text={wording.body} />
                <Checkbox isTicked={chosen.includes(recipient)} onChange={(isTicked) => tick(recipient, isTicked)}>
                  {t.tick(fullName(recipient))}
                </Checkbox>
              </Subsection>
            ) : (
              <MissingWording key={recipient} recipient={recipient} wordings={wordings} shown={shows(MONTH, "noWording")} />
            );
          })
        }
      </Loaded>
    </>
  );
}
