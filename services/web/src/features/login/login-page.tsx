// Signing in with BankID, as a page of its own and in place of any page that needs it.
import { useEffect, useMemo } from "react";

import { BankidPanel } from "@/features/bankid/bankid-panel";
import { type Order, signInTo } from "@/features/bankid/order";
import { useBankid } from "@/features/bankid/use-bankid";
import { type BankidFlow, FlowState } from "@/gen/deltaga/identity/v1/bankid_pb";
import { Portal as WirePortal, SignInService } from "@/gen/deltaga/identity/v1/sign_in_service_pb";
import { problemOf } from "@/shared/connection/problem";
import { loadSession, type Portal } from "@/shared/connection/session";
import { clientOf } from "@/shared/connection/transport";
import { Note } from "@/shared/components/note";
import { Page } from "@/shared/components/page";
import { forgetAllKept } from "@/shared/filled/kept";
import { useTexts } from "@/shared/language/catalogue";
import { type Language, useLanguage, wireLanguage } from "@/shared/language/language";
import { Link } from "@/shared/navigation/link";
import { shows } from "@/shared/navigation/states";

import { texts } from "./texts";

const client = clientOf(SignInService);

const WIRE_PORTALS = { participant: WirePortal.PARTICIPANT, staff: WirePortal.STAFF } as const;

interface LoginPageProps {
  portal: Portal;
  /** Whether a session has just ended. */
  hasEnded: boolean;
}

export function LoginPage({ portal, hasEnded }: LoginPageProps) {
  const t = useTexts(texts);
  const { language } = useLanguage();
  const order = useMemo(() => signIn(portal, language), [portal, language]);
  const bankid = useBankid({ order, carried: null, onComplete: () => void loadSession() });
  // Whoever was signed out goes on in place; whoever signed out has left.
  useEffect(() => {
    if (!hasEnded) {
      forgetAllKept();
    }
  }, [hasEnded]);
  return (
    <Page title={portal === "staff" ? t.staffTitle : t.title} shown={bankid.progress.step === "choosing" ? shows("/login", "choosing") : undefined}>
      {hasEnded && (
        <Note kind="info" title={t.ended} isTold shown={shows("each page behind the sign-in", "ended")}>
          <p>{t.whyEnded}</p>
          {portal === "participant" && <p>{t.stillThere}</p>}
        </Note>
      )}
      <p className="lead">{portal === "staff" ? t.staffLead : t.lead}</p>
      <BankidPanel bankid={bankid} />
      {portal === "participant" && <p className="small">{t.without}</p>}
      <p>
        {portal === "participant" ? <Link to="/staff">{t.toStaff}</Link> : <Link to="/login">{t.toParticipants}</Link>}
      </p>
    </Page>
  );
}

function signIn(portal: Portal, language: Language): Order {
  return {
    purpose: signInTo(portal),
    start: async (device, returnUrl) => {
      const request = { portal: WIRE_PORTALS[portal], device, language: wireLanguage(language), returnUrl };
      const { flow } = await client.startSignIn(request);
      return known(flow);
    },
    look: async (flowId) => {
      try {
        return known((await client.getSignIn({ flowId })).flow);
      } catch (error) {
        return await seenElsewhere(flowId, error);
      }
    },
    cancel: async (flowId) => {
      await client.cancelSignIn({ flowId });
    },
  };
}

// Another tab of this browser may have completed the sign-in: then the flow is gone and there is a session.
async function seenElsewhere(flowId: string, error: unknown): Promise<BankidFlow> {
  const { reason } = problemOf(error);
  if (reason === "NOT_FOUND" && (await loadSession()).state === "signedIn") {
    return { flowId, state: FlowState.COMPLETE } as BankidFlow;
  }
  throw error;
}

function known(flow: BankidFlow | undefined): BankidFlow {
  if (!flow) {
    throw new Error("identity answered without a flow");
  }
  return flow;
}
