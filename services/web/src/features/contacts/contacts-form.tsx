// The form of the own contact points. What is typed stays until it is saved, also when the session ends.
import type { OwnContacts } from "@/gen/deltaga/identity/v1/contact_service_pb";
import { Language } from "@/gen/deltaga/types/v1/types_pb";
import { Button, Buttons } from "@/shared/components/button";
import { Checkbox } from "@/shared/components/checkbox";
import { Facts } from "@/shared/components/facts";
import { type Faults, faultsOf } from "@/shared/components/faults";
import { Choice, TextField } from "@/shared/components/field";
import { FaultSummary, Form } from "@/shared/components/form";
import { useKeptFocus } from "@/shared/components/kept-focus";
import { ProblemNote } from "@/shared/components/loading";
import { Note } from "@/shared/components/note";
import { isTriedAgain } from "@/shared/connection/problem";
import { useKept } from "@/shared/filled/kept";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";
import { useLanguage } from "@/shared/language/language";
import { shows } from "@/shared/navigation/states";

import { differs, type Filled, filledOf } from "./filled";
import { numberWithCountry } from "./number";
import { useSaving } from "./saving";
import { texts } from "./texts";
import { emailFault, phoneFault } from "./wrong";

/** Fields by the names that the contract has for them. */
const FIELDS = {
  "contacts.email": "email",
  "contacts.phone": "phone",
  "contacts.language": "language",
} as const;

interface ContactsFormProps {
  saved: OwnContacts;
  keptAs: string | undefined;
  readAgain: () => Promise<unknown>;
}

export function ContactsForm({ saved, keptAs, readAgain }: ContactsFormProps) {
  const t = useTexts(texts);
  const { language } = useLanguage();
  const { value: filled, keep, settle } = useKept<Filled>(keptAs, filledOf(saved));
  const { save, isElsewhere, takeSaved } = useSaving(saved, readAgain, (now) => settle(filledOf(now)));
  const place = useKeptFocus<HTMLDivElement>(isElsewhere);
  const faults = useOwnFaults(faultsOf(save.error, FIELDS, language), save.variables ?? filled);
  const fill = (change: Partial<Filled>) => {
    keep({ ...filled, ...change });
    if (save.isSuccess) {
      save.reset();
    }
  };
  const hasFaults = Object.keys(faults).length > 0;
  return (
    <Form onSend={() => save.mutate(filled)}>
      <FaultSummary
        faults={faults}
        foundBy={save.error}
        outcome={t.notSaved}
        labels={{ email: t.email, phone: t.phone, language: t.language }}
        shown={shows("/contacts", "wrong")}
      />
      <Fields filled={filled} fill={fill} faults={faults} />
      <div ref={place} tabIndex={-1} className="stack">
        {isElsewhere && (
          <Elsewhere
            saved={saved}
            onTake={() => {
              settle(filledOf(saved));
              takeSaved();
            }}
          />
        )}
      </div>
      {save.isError && !hasFaults && !isElsewhere && (
        <ProblemNote
          error={save.error}
          tryAgain={() => save.mutate(filled)}
          beside={t.notSaved}
          shown={shows("/contacts", "notSaved")}
        />
      )}
      {save.isSuccess && <Note kind="success" title={t.saved} isTold shown={shows("/contacts", "saved")} />}
      {differs(filled, saved) && !save.isPending && !save.isError && <p className="small">{t.unsaved}</p>}
      {!isElsewhere && (
        <Button isSending isPending={save.isPending}>
          {isTriedAgain(save.error) && !hasFaults ? t.tryAgain : t.save}
        </Button>
      )}
      <Since saved={saved} />
    </Form>
  );
}

// A refusal says no more than that it is neither of the two; here it is known which field it is, and what was sent. Where
// nothing wrong is found in that, the refusal is told as it is.
function useOwnFaults(faults: Faults, sent: Filled): Faults {
  const t = useTexts(texts);
  const [ofEmail, ofPhone] = [emailFault(sent.email), phoneFault(numberWithCountry(sent.phone))];
  return {
    ...faults,
    ...(faults.email !== undefined && ofEmail && { email: t.emailFaults[ofEmail] }),
    ...(faults.phone !== undefined && ofPhone && { phone: t.phoneFaults[ofPhone] }),
  };
}

interface FieldsProps {
  filled: Filled;
  fill: (change: Partial<Filled>) => void;
  faults: Faults;
}

function Fields({ filled, fill, faults }: FieldsProps) {
  const t = useTexts(texts);
  return (
    <>
      <TextField
        id="email"
        type="email"
        autoComplete="email"
        label={t.email}
        value={filled.email}
        onChange={(email) => fill({ email })}
        fault={faults.email}
      />
      <TextField
        id="phone"
        type="tel"
        autoComplete="tel"
        label={t.phone}
        hint={t.phoneHint}
        value={filled.phone}
        onChange={(phone) => fill({ phone })}
        fault={faults.phone}
      />
      <Choice
        id="language"
        label={t.language}
        value={filled.language}
        onChange={(chosen) => fill({ language: chosen })}
        options={[
          { value: Language.SV, label: "Svenska", lang: "sv" },
          { value: Language.EN, label: "English", lang: "en" },
        ]}
        fault={faults.language}
      />
      <Checkbox id="reminders" isTicked={filled.reminders} onChange={(reminders) => fill({ reminders })}>
        {t.remindMe}
      </Checkbox>
    </>
  );
}

function Elsewhere({ saved, onTake }: { saved: OwnContacts; onTake: () => void }) {
  const t = useTexts(texts);
  const facts = [
    { name: t.email, value: saved.email || t.none },
    { name: t.phone, value: saved.phone || t.none },
    { name: t.language, value: saved.language === Language.EN ? "English" : "Svenska" },
    { name: t.reminders, value: saved.reminders ? t.yes : t.no },
  ];
  return (
    <Note kind="warning" title={t.elsewhere} isTold shown={shows("/contacts", "elsewhere")}>
      <p>{t.nowSaved}</p>
      <Facts facts={facts} />
      <p>{t.saveAnew}</p>
      <Buttons>
        <Button isSending>{t.saveFilled}</Button>
        <Button kind="secondary" onPress={onTake}>{t.takeSaved}</Button>
      </Buttons>
    </Note>
  );
}

function Since({ saved }: { saved: OwnContacts }) {
  const t = useTexts(texts);
  const formats = useFormats();
  return (
    <p className="small" {...shows("/contacts", saved.changedAt ? "given" : "empty")}>
      {saved.changedAt ? t.since(formats.instant(saved.changedAt)) : t.neverGiven}
    </p>
  );
}
