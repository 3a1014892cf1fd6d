// What a person sees of a BankID order: the choice of the device, the code or the link, what happens, and how to go on.
import { lazy, Suspense, useEffect, useState } from "react";

import { type BankidFlow, BankidMessage, Device } from "@/gen/deltaga/identity/v1/bankid_pb";
import { bankidTexts } from "@/gen/texts";
import { Button, Buttons } from "@/shared/components/button";
import { useKeptFocus } from "@/shared/components/kept-focus";
import { Loading, ProblemNote } from "@/shared/components/loading";
import { Note } from "@/shared/components/note";
import { useTexts } from "@/shared/language/catalogue";
import { useLanguage } from "@/shared/language/language";
import { shows } from "@/shared/navigation/states";

import { startLink, thisDevice, useIsHandheld } from "./device";
import { endOf, isSignIn } from "./order";
import { texts } from "./texts";
import type { Bankid } from "./use-bankid";

const loadQr = () => import("./qr");
const Qr = lazy(loadQr);

interface PanelProps {
  bankid: Bankid;
  onLeave?: (() => void) | undefined;
}

export function BankidPanel(props: PanelProps) {
  const panel = useKeptFocus<HTMLDivElement>(props.bankid.progress.step);
  return (
    <div ref={panel} tabIndex={-1}>
      <Step {...props} />
    </div>
  );
}

function Step({ bankid, onLeave }: PanelProps) {
  const { progress } = bankid;
  switch (progress.step) {
    case "choosing":
      return <Choice bankid={bankid} onLeave={onLeave} />;
    case "starting":
    case "cancelling":
      return <Loading />;
    case "running":
      return <Running bankid={bankid} device={progress.device} flow={progress.flow} isCutOff={progress.isCutOff} />;
    case "unknown":
      return <Unknown bankid={bankid} onLeave={onLeave} />;
    case "ended":
      return <Ended bankid={bankid} device={progress.device} message={progress.message} onLeave={onLeave} />;
    case "failed":
      return (
        <div className="stack">
          <ProblemNote
            error={progress.error}
            tryAgain={() => bankid.start(progress.device)}
            shown={shows("BankID", "failed")}
          />
          <Ways bankid={bankid} onLeave={onLeave} />
        </div>
      );
  }
}

function Choice({ bankid, onLeave }: { bankid: Bankid; onLeave: (() => void) | undefined }) {
  const t = useTexts(texts);
  // A code is good for seconds: what draws it is fetched while the device is chosen. Where that fails it is fetched with the code.
  useEffect(() => void loadQr().catch(() => undefined), []);
  const here = { label: t.here, device: thisDevice() };
  const elsewhere = { label: t.elsewhere, device: Device.OTHER };
  const [first, second] = useIsHandheld() ? [here, elsewhere] : [elsewhere, here];
  return (
    <Buttons>
      <Button onPress={() => bankid.start(first.device)} isWide>{first.label}</Button>
      <Button onPress={() => bankid.start(second.device)} kind="secondary" isWide>{second.label}</Button>
      {onLeave && <Button onPress={onLeave} kind="quiet" isWide>{t.leave}</Button>}
    </Buttons>
  );
}

interface RunningProps {
  bankid: Bankid;
  device: Device;
  flow: BankidFlow;
  isCutOff: boolean;
}

function Running({ bankid, device, flow, isCutOff }: RunningProps) {
  const t = useTexts(texts);
  const { language } = useLanguage();
  return (
    <div
      className="stack bankid"
      {...shows("BankID", isCutOff ? "cutOff" : device === Device.OTHER ? "code" : "app")}
    >
      {device === Device.OTHER ? <Code flow={flow} isCutOff={isCutOff} /> : <Start device={device} token={flow.autostartToken} />}
      <p className="bankid-message" role="status">
        {isCutOff ? t.cutOff : (bankidTexts[flow.message]?.[language] ?? t.working)}
      </p>
      <TimeLeft flow={flow} />
      <Buttons>
        <Button kind="secondary" onPress={bankid.cancel}>{t.cancel}</Button>
        <Button kind="quiet" onPress={bankid.chooseAgain}>{t.otherWay}</Button>
      </Buttons>
    </div>
  );
}

// A code is good for seconds: without contact the one that stands there leads nowhere.
function Code({ flow, isCutOff }: { flow: BankidFlow; isCutOff: boolean }) {
  const t = useTexts(texts);
  if (!flow.qrText || isCutOff) {
    return null;
  }
  return (
    <>
      <ol className="steps">
        {t.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <Suspense fallback={<Loading />}>
        <Qr text={flow.qrText} label={t.code} />
      </Suspense>
    </>
  );
}

// On a computer the app is started at once; telephones start it only for a tap.
function Start({ device, token }: { device: Device; token: string }) {
  const t = useTexts(texts);
  const link = token ? startLink(device, token) : undefined;
  useEffect(() => {
    if (link && device === Device.SAME_COMPUTER) {
      window.location.assign(link);
    }
  }, [link, device]);
  return link ? (
    <>
      {device === Device.SAME_COMPUTER && <p>{t.notOpened}</p>}
      <a className="button-link" href={link} rel="noreferrer">{t.open}</a>
      <p>{t.comeBack}</p>
    </>
  ) : null;
}

const TOLD_AT = [60, 30] as const;

// Shown all the time, told by screen readers twice.
function TimeLeft({ flow }: { flow: BankidFlow }) {
  const t = useTexts(texts);
  const endsAt = endOf(flow);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const left = Math.max(0, Math.round((endsAt - now) / 1_000));
  const told = TOLD_AT.filter((seconds) => left <= seconds).at(-1);
  return (
    <>
      <p className="time-left" aria-hidden>{t.left(left)}</p>
      <p className="only-read" role="status">{told && left > 0 ? t.left(told) : ""}</p>
    </>
  );
}

interface EndedProps {
  bankid: Bankid;
  device: Device;
  message: BankidMessage;
  onLeave: (() => void) | undefined;
}

function Ended({ bankid, device, message, onLeave }: EndedProps) {
  const t = useTexts(texts);
  const { language } = useLanguage();
  return (
    <div className="stack" {...shows("BankID", "ended")}>
      <Note kind="warning" title={bankidTexts[message]?.[language] ?? t.over} isTold>
        {message === BankidMessage.CANCELLED_BY_USER && (
          <p>{isSignIn(bankid.purpose) ? t.notSignedIn : t.notSigned}</p>
        )}
      </Note>
      <Buttons>
        <Button onPress={() => bankid.start(device)}>{t.again}</Button>
        <Ways bankid={bankid} onLeave={onLeave} />
      </Buttons>
    </div>
  );
}

function Unknown({ bankid, onLeave }: { bankid: Bankid; onLeave: (() => void) | undefined }) {
  const t = useTexts(texts);
  return (
    <div className="stack" {...shows("BankID", "unknown")}>
      <Note kind="warning" title={t.unknown} isTold>
        <p>{isSignIn(bankid.purpose) ? t.unknownSignIn : t.unknownText}</p>
      </Note>
      <Buttons>
        <Button onPress={bankid.askAgain}>{t.askAgain}</Button>
        <Ways bankid={bankid} onLeave={onLeave} />
      </Buttons>
    </div>
  );
}

function Ways({ bankid, onLeave }: { bankid: Bankid; onLeave: (() => void) | undefined }) {
  const t = useTexts(texts);
  return (
    <Buttons>
      <Button kind="secondary" onPress={bankid.chooseAgain}>{t.otherWay}</Button>
      {onLeave && <Button kind="quiet" onPress={onLeave}>{t.leave}</Button>}
    </Buttons>
  );
}
