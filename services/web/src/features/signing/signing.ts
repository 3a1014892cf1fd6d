// What is signed in one BankID order, and what became of each document of it.
import type { CompleteApprovalResponse } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { AnswerService, ApprovalOutcome } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { ConsentOutcome, ConsentService } from "@/gen/deltaga/consent/v1/consent_service_pb";
import type { BankidFlow } from "@/gen/deltaga/identity/v1/bankid_pb";
import { SigningService } from "@/gen/deltaga/identity/v1/signing_service_pb";
import type { Order } from "@/features/bankid/order";
import type { KnownRecipient } from "@/features/consent/recipients";
import { settled } from "@/shared/connection/patience";
import { problemOf } from "@/shared/connection/problem";
import { clientOf } from "@/shared/connection/transport";
import { type Language, wireLanguage } from "@/shared/language/language";

const signing = clientOf(SigningService);
const answers = clientOf(AnswerService);
const consents = clientOf(ConsentService);

export type Document =
  | { readonly kind: "approval"; readonly signatureId: string; readonly revision: number }
  | { readonly kind: "consent"; readonly signatureId: string; readonly recipient: KnownRecipient };

export type Outcome =
  | {
      readonly kind: "approval";
      readonly outcome: ApprovalOutcome;
      /** The revision that was signed. */
      readonly revision: number;
      readonly at: CompleteApprovalResponse["decidedAt"];
    }
  | { readonly kind: "consent"; readonly outcome: ConsentOutcome; readonly recipient: KnownRecipient }
  /** It is signed, and what it led to could not be asked for. */
  | { readonly kind: "unread"; readonly document: Document; readonly error: unknown };

export function signingOrder(purpose: string, documents: readonly Document[], language: Language): Order {
  return {
    purpose,
    start: async (device, returnUrl) => {
      const signatureIds = documents.map((document) => document.signatureId);
      const request = { signatureIds, device, language: wireLanguage(language), returnUrl };
      return known((await signing.startSigning(request)).flow);
    },
    look: async (flowId) => known((await signing.getSigning({ flowId })).flow),
    cancel: async (flowId) => {
      await signing.cancelSigning({ flowId });
    },
  };
}

/** Tells each context that its document is signed. Asked again it tells the same. */
export function completeAll(documents: readonly Document[]): Promise<Outcome[]> {
  return Promise.all(documents.map(complete));
}

async function complete(document: Document): Promise<Outcome> {
  const { signatureId } = document;
  try {
    if (document.kind === "approval") {
      const done = await settled(
        () => answers.completeApproval({ signatureId }),
        (answer) => answer.outcome !== ApprovalOutcome.NOT_SIGNED,
        isWorthWaiting,
      );
      return { kind: "approval", outcome: done.outcome, revision: done.revision, at: done.decidedAt };
    }
    const done = await settled(() => consents.completeConsent({ signatureId }), () => true, isWorthWaiting);
    return { kind: "consent", outcome: done.outcome, recipient: document.recipient };
  } catch (error) {
    return { kind: "unread", document, error };
  }
}

function isWorthWaiting(error: unknown): boolean {
  const { reason, isPassing } = problemOf(error);
  return isPassing || reason === "CONSENT_NOT_SIGNED" || reason === "NOT_CAUGHT_UP";
}

function known(flow: BankidFlow | undefined): BankidFlow {
  if (!flow) {
    throw new Error("identity answered without a flow");
  }
  return flow;
}
