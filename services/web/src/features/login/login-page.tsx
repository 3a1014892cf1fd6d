// Signing in with BankID, as a page of its own and in place of any page that needs it.
import { useEffect, useMemo } from "react";

import { BankidPanel } from "@/features/bankid/bankid-panel";
import type { Order } from "@/features/bankid/order";
import { useBankid } from "@/features/bankid/use-bankid";
import { forgetAllTicks } from "@/features/month/ticks";
import { type BankidFlow, FlowState } from "@/gen/deltaga/identity/v1/bankid_pb";
import { Portal, SignInService } from "@/gen/deltaga/identity/v1/sign_in_service_pb";
import { problemOf } from "@/shared/connection/problem";
import { loadSession } from "@/shared/connection/session";
import { clientOf } from "@/shared/connection/transport";
import { Note } from "@/shared/components/note";
import { Page } from "@/shared/components/page";
import { useTexts } from "@/shared/language/catalogue";
import { type Language, useLanguage, wireLanguage } from "@/shared/language/language";
import { shows } from "@/shared/navigation/states";

import { texts } from "./texts";

const client = clientOf(SignInService);

interface LoginPageProps {
  /** Whether a session has just ended. */
  hasEnded: boolean;
}

export function LoginPage({ hasEnded }: LoginPageProps) {
  const t = useTexts(texts);
  const { language } = useLanguage();
  const order = useMemo(() => signIn(language), [language]);
  const bankid = useBankid({ order, carried: null, onComplete: () => void loadSession() });
  // Whoever was signed out goes on in place; whoever signed out has left.
  useEffect(() => {
    if (!hasEnded) {
      forgetAllTicks();
    }
  }, [hasEnded]);
  return (
    <Page title={t.title} shown={bankid.progress.step === "choosing" ? shows("/login", "choosing") : undefined}>
      {hasEnded && (
        <Note kind="info" title={t.ended} isTold shown={shows("each page about the participant", "ended")} />
      )}
      <p className="lead">{t.lead}</p>
      <BankidPanel bankid={bankid} />
      <p className="small">{t.without}</p>
    </Page>
  );
}

function signIn(language: Language): Order {
  return {
    purpose: "sign-in",
    start: async (device, returnUrl) => {
      const request = { portal: Portal.PARTICIPANT, device, language: wireLanguage(language), returnUrl };
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
