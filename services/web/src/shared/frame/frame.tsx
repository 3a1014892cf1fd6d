// What stands around every page: the way past the menu, name, language, menu, and the foot.
import { type ReactNode, useEffect, useState } from "react";

import { SessionService } from "@/gen/deltaga/identity/v1/session_service_pb";
import { Button } from "@/shared/components/button";
import { Note } from "@/shared/components/note";
import { endSession, useSession } from "@/shared/connection/session";
import { clientOf } from "@/shared/connection/transport";
import { useIsStale } from "@/shared/connection/version";
import { useTexts } from "@/shared/language/catalogue";
import { useLanguage } from "@/shared/language/language";
import { Anchor, MenuLink } from "@/shared/navigation/link";
import { go, usePath } from "@/shared/navigation/location";

import { CoFunding } from "./co-funding";
import { SessionWarning } from "./session-warning";
import { texts } from "./texts";

const sessions = clientOf(SessionService);

export function Frame({ children }: { children: ReactNode }) {
  const t = useTexts(texts);
  return (
    <>
      <a className="skip" href="#content">{t.skip}</a>
      <Head />
      <main id="content" tabIndex={-1}>
        <NewVersion />
        <SessionWarning />
        {children}
      </main>
      <footer className="foot">
        <nav aria-label={t.footMenu}>
          <Anchor href="/about">{t.about}</Anchor>
          <Anchor href="/accessibility">{t.accessibility}</Anchor>
        </nav>
        <CoFunding />
      </footer>
    </>
  );
}

function Head() {
  const t = useTexts(texts);
  const isSignedIn = useSession().state === "signedIn";
  const path = usePath();
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => setIsOpen(false), [path]);
  return (
    <header className="head">
      <div className="head-row">
        <Anchor href="/" className="name">Deltaga</Anchor>
        <div className="head-tools">
          <LanguageSwitch />
          {isSignedIn && <SignOut />}
          {isSignedIn && (
            <button
              type="button"
              className="language menu-button"
              aria-expanded={isOpen}
              aria-controls="menu"
              onClick={() => setIsOpen(!isOpen)}
            >
              {t.menu}
            </button>
          )}
        </div>
      </div>
      {isSignedIn && (
        <nav id="menu" className="menu" data-open={isOpen} aria-label={t.menu}>
          <MenuLink to="/months">{t.months}</MenuLink>
          <MenuLink to="/consents">{t.consents}</MenuLink>
          <MenuLink to="/sent">{t.sent}</MenuLink>
          <MenuLink to="/services">{t.services}</MenuLink>
          <MenuLink to="/reads">{t.reads}</MenuLink>
          <MenuLink to="/sessions">{t.sessions}</MenuLink>
        </nav>
      )}
    </header>
  );
}

// Each language is named in itself, so that whoever needs it finds it.
function LanguageSwitch() {
  const { language, choose } = useLanguage();
  const other = language === "sv" ? "en" : "sv";
  return (
    <button type="button" className="language" lang={other} onClick={() => choose(other)}>
      {other === "en" ? "English" : "Svenska"}
    </button>
  );
}

function SignOut() {
  const t = useTexts(texts);
  const [isPending, setIsPending] = useState(false);
  const signOut = async () => {
    setIsPending(true);
    try {
      await sessions.signOut({});
    } finally {
      endSession(false);
      go("/login");
    }
  };
  return (
    <button type="button" className="language" disabled={isPending} onClick={() => void signOut().catch(() => undefined)}>
      {t.signOut}
    </button>
  );
}

function NewVersion() {
  const t = useTexts(texts);
  if (!useIsStale()) {
    return null;
  }
  return (
    <Note kind="info" title={t.newVersion} isTold>
      <Button kind="secondary" onPress={() => window.location.reload()}>{t.reload}</Button>
    </Note>
  );
}
