// Where the participant wants to be reached, in which language, and whether to be reminded.
import { useQuery } from "@tanstack/react-query";

import { useOwnPlacements } from "@/features/months/queries";
import { Loaded, Loading } from "@/shared/components/loading";
import { Page } from "@/shared/components/page";
import { useTexts } from "@/shared/language/catalogue";

import { ContactsForm } from "./contacts-form";
import { ownerOf } from "./filled";
import { CONTACTS_KEY, readContacts } from "./saving";
import { texts } from "./texts";

export default function ContactsPage() {
  const t = useTexts(texts);
  const placements = useOwnPlacements();
  const contacts = useQuery({ queryKey: CONTACTS_KEY, queryFn: readContacts });
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
