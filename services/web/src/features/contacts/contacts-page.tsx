// Where the participant wants to be reached, in which language, and whether to be reminded.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { ContactService, type OwnContacts } from "@/gen/deltaga/identity/v1/contact_service_pb";
import { Language } from "@/gen/deltaga/types/v1/types_pb";
import { useOwnPlacements } from "@/features/months/queries";
import { Button } from "@/shared/components/button";
import { Checkbox } from "@/shared/components/checkbox";
import { Facts } from "@/shared/components/facts";
import { Choice, TextField } from "@/shared/components/field";
import { FaultSummary, faultsOf, Form } from "@/shared/components/form";
import { Loaded, Loading, ProblemNote } from "@/shared/components/loading";
import { Note } from "@/shared/components/note";
import { Page } from "@/shared/components/page";
import { isTriedAgain, problemOf } from "@/shared/connection/problem";
import { useRequestId } from "@/shared/connection/request-id";
import { clientOf } from "@/shared/connection/transport";
import { useKept } from "@/shared/filled/kept";
import { useTexts } from "@/shared/language/catalogue";
import { useFormats } from "@/shared/language/format";
import { useLanguage } from "@/shared/language/language";
import { shows } from "@/shared/navigation/states";

import { differs, type Filled, filledOf, ownerOf } from "./filled";
import { texts } from "./texts";

const client = clientOf(ContactService);
const KEY = ["own-contacts"] as const;
const FIELDS = {
  "contacts.email": "email",
  "contacts.phone": "phone",
  "contacts.language": "language",
} as const;

export default function ContactsPage() {
  const t = useTexts(texts);
  const placements = useOwnPlacements();
  const contacts = useQuery({ queryKey: KEY, queryFn: async () => (await client.getOwnContacts({})).contacts ?? null });
  return (
    <Page title={t.title}>
      <p className="lead">{t.lead}</p>
      <p>{t.nothingSent}</p>
      <Loaded query={contacts}>
        {(saved) => {
          // Whose form it is must be known before something is kept of it.
          if (placements.isPending) {
            return <Loading />;
          }
          const owner = ownerOf(placements.data);
          return saved && <ContactsForm saved={saved} keptAs={owner && `contacts ${owner}`} readAgain={() => contacts.refetch()} />;
        }}
      </Loaded>
    </Page>
  );
}

interface ContactsFormProps {
  saved: OwnContacts;
  keptAs: string | undefined;
  readAgain: () => Promise<unknown>;
}

function ContactsForm({ saved, keptAs, readAgain }: ContactsFormProps) {
  const t = useTexts(texts);
  const { language } = useLanguage();
  const { value: filled, keep, settle } = useKept<Filled>(keptAs, filledOf(saved));
  const { save, isElsewhere } = useSaving(saved, readAgain, (now) => settle(filledOf(now)));
  const faults = faultsOf(save.error, FIELDS, language);
  const fill = (change: Partial<Filled>) => {
    keep({ ...filled, ...change });
    if (save.isSuccess) {
      save.reset();
    }
  };
  const labels = { email: t.email, phone: t.phone, language: t.language };
  const hasFaults = Object.keys(faults).length > 0;
  return (
    <Form onSend={() => save.mutate(filled)}>
      <FaultSummary faults={faults} foundBy={save.error} labels={labels} shown={shows("/contacts", "wrong")} />
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
      {isElsewhere && <Elsewhere saved={saved} />}
      {save.isError && !hasFaults && !isElsewhere && (
        <ProblemNote
          error={save.error}
          tryAgain={() => save.mutate(filled)}
          beside={t.notSaved}
          shown={shows("/contacts", "notSaved")}
        />
      )}
      {save.isSuccess && <Note kind="success" title={t.saved} isTold shown={shows("/contacts", "saved")} />}
      {differs(filled, saved) && !save.isPending && <p className="small">{t.unsaved}</p>}
      <Button isSending isPending={save.isPending}>
        {isTriedAgain(save.error) && !hasFaults && !isElsewhere ? t.tryAgain : t.save}
      </Button>
      <Since saved={saved} />
    </Form>
  );
}

// What somebody has saved in another tab or browser meanwhile is not written over unseen.
function useSaving(saved: OwnContacts, readAgain: () => Promise<unknown>, onSaved: (now: OwnContacts) => void) {
  const queries = useQueryClient();
  const requestIdOf = useRequestId();
  const [isElsewhere, setIsElsewhere] = useState(false);
  const save = useMutation({
    mutationFn: async (filled: Filled) => {
      const contacts = { ...filled, email: filled.email.trim(), phone: filled.phone.trim(), etag: saved.etag };
      return (await client.updateOwnContacts({ requestId: requestIdOf(JSON.stringify(contacts)), contacts })).contacts;
    },
    onMutate: () => setIsElsewhere(false),
    onSuccess: (now) => {
      if (now) {
        queries.setQueryData(KEY, now);
        onSaved(now);
      }
    },
    onError: async (error) => {
      if (problemOf(error).reason === "ETAG_MISMATCH") {
        await readAgain();
        setIsElsewhere(true);
      }
    },
  });
  return { save, isElsewhere };
}

function Elsewhere({ saved }: { saved: OwnContacts }) {
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
