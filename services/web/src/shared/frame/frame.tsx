// What stands around every page: the way past the menu, name, language, menu, and the foot.
import { type ReactNode, useEffect, useState } from "react";

import { Button } from "@/shared/components/button";
import { ProblemNote } from "@/shared/components/loading";
import { Note } from "@/shared/components/note";
import { useSession } from "@/shared/connection/session";
import { signOut } from "@/shared/connection/sign-out";
import { useIsStale } from "@/shared/connection/version";
import { useTexts } from "@/shared/language/catalogue";
import { useLanguage } from "@/shared/language/language";
import { Anchor, MenuLink } from "@/shared/navigation/link";
import { go, usePath } from "@/shared/navigation/location";
import { shows } from "@/shared/navigation/states";

import { CoFunding } from "./co-funding";
import { SessionWarning } from "./session-warning";
import { texts } from "./texts";

export function Frame({ children }: { children: ReactNode }) {
  const t = useTexts(texts);
  const leaving = useSignOut();
  return (
    <>
      <a className="skip" href="#content">{t.skip}</a>
      <Head leaving={leaving} />
      <main id="content" tabIndex={-1}>
        <NewVersion />
        {leaving.error !== undefined && (
          <ProblemNote error={leaving.error} tryAgain={leaving.start} shown={shows("frame", "notSignedOut")} />
        )}
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

function Head({ leaving }: { leaving: Leaving }) {
  const t = useTexts(texts);
  const session = useSession();
  const isSignedIn = session.state === "signedIn";
  const hasMenu = isSignedIn && session.portal === "participant";
  const path = usePath();
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => setIsOpen(false), [path]);
  return (
    <header className="head">
      <div className="head-row">
        <Anchor href="/" className="name">Deltaga</Anchor>
        <div className="head-tools">
          <LanguageSwitch />
          {isSignedIn && <SignOut leaving={leaving} />}
          {hasMenu && (
            <button
              type="button"
              className="language menu-button"
              aria-expanded={isOpen}
              aria-controls="menu"
              onClick={() => setIsOpen(!isOpen)}
            >
              {isOpen ? t.close : t.menu}
            </button>
          )}
        </div>
      </div>
      {hasMenu && (
        <nav id="menu" className="menu" data-open={isOpen} aria-label={t.menu} {...(isOpen && shows("frame", "menu"))}>
          <MenuLink to="/months">{t.months}</MenuLink>
          <MenuLink to="/consents">{t.consents}</MenuLink>
          <MenuLink to="/sent">{t.sent}</MenuLink>
          <MenuLink to="/services">{t.services}</MenuLink>
          <MenuLink to="/reads">{t.reads}</MenuLink>
          <MenuLink to="/contacts">{t.contacts}</MenuLink>
          <MenuLink to="/copy">{t.copy}</MenuLink>
          <MenuLink to="/sessions">{t.sessions}</MenuLink>
          <MenuLink to="/about">{t.aboutData}</MenuLink>
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

interface Leaving {
  isPending: boolean;
  /** Why it failed: whoever reads it is signed in still. */
  error: unknown;
  start: () => void;
}

function useSignOut(): Leaving {
  const [isPending, setIsPending] = useState(false);
  const [error, setError] = useState<unknown>();
  const isSignedIn = useSession().state === "signedIn";
  useEffect(() => setError(undefined), [isSignedIn]);
  const leave = async () => {
    setIsPending(true);
    setError(undefined);
    try {
      const isStaff = window.location.pathname.startsWith("/staff");
      await signOut();
      go(isStaff ? "/staff" : "/login");
    } catch (failure) {
      setError(failure);
    } finally {
      setIsPending(false);
    }
  };
  return { isPending, error, start: () => void leave() };
}

function SignOut({ leaving }: { leaving: Leaving }) {
  const t = useTexts(texts);
  return (
    <button type="button" className="language" disabled={leaving.isPending} onClick={leaving.start}>
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
    <Note kind="info" title={t.newVersion} isTold shown={shows("frame", "newVersion")}>
      <Button kind="secondary" onPress={() => window.location.reload()}>{t.reload}</Button>
    </Note>
  );
}
