// The phone: shows what the chosen test person sees and sends what they press to the control port.
"use strict";

const TEXTS = {
  sv: {
    title: "Telefonen", warning: "Simulator. Inget här är ett riktigt BankID.", language: "Språk",
    person: "Testperson", code: "QR-text, startlänk eller starttoken",
    codeHelp: "QR-texten gäller i två sekunder. En startlänk börjar med bankid:/// eller https://app.bankid.com/.",
    open: "Öppna i appen", mine: "I appen", waiting: "Väntar på en skärm", none: "Inget just nu.",
    scan: "Skanna skärmen", approve: "Legitimera", sign: "Skriv under", cancel: "Avbryt",
    confirmCall: "Ja, jag pratar med dem", readDocument: "Läs av passet", decline: "Nej, jag är inte i ett samtal",
    asks: "begär legitimering", asksSign: "begär underskrift", noText: "Ingen text att visa.",
    back: "Tillbaka till tjänsten", complete: "Klart.", failed: "Avslutat", pending: "Öppnat.", problem: "Det gick inte",
    scenarios: {
      normal: "Allt går bra.", blocked: "BankID:t är spärrat.", too_old_app: "Appen är för gammal.",
      slow: "Dröjer innan det blir klart.", risk: "Bedöms som riskfylld.", call_declined: "Säger nej till samtal.",
      wrong_person: "Väljer någon annans BankID.", replaced: "Ett nyare ärende tar över.",
    },
  },
  en: {
    title: "The phone", warning: "Simulator. Nothing here is a real BankID.", language: "Language",
    person: "Test person", code: "QR text, start link or start token",
    codeHelp: "A QR text is valid for two seconds. A start link begins with bankid:/// or https://app.bankid.com/.",
    open: "Open in the app", mine: "In the app", waiting: "Waiting on a screen", none: "Nothing right now.",
    scan: "Scan the screen", approve: "Identify", sign: "Sign", cancel: "Cancel",
    confirmCall: "Yes, I am talking to them", readDocument: "Read the passport", decline: "No, I am not in a call",
    asks: "asks you to identify yourself", asksSign: "asks for your signature", noText: "No text to show.",
    back: "Back to the service", complete: "Done.", failed: "Ended", pending: "Opened.", problem: "That did not work",
    scenarios: {
      normal: "All goes well.", blocked: "The BankID is blocked.", too_old_app: "The app is too old.",
      slow: "Takes a while to finish.", risk: "Is judged as risky.", call_declined: "Says no to a call.",
      wrong_person: "Picks somebody else's BankID.", replaced: "A newer order takes over.",
    },
  },
};

const byId = (id) => document.getElementById(id);
let language = localStorage.getItem("language") === "en" ? "en" : "sv";
let people = [];
let shown = "";

const text = (key) => TEXTS[language][key];

function element(name, content, className) {
  const made = document.createElement(name);
  made.textContent = content;
  if (className) made.className = className;
  return made;
}

function say(message) {
  byId("message").textContent = message;
}

async function call(path, body) {
  const response = await fetch(path, {
    method: body === undefined ? "GET" : "POST",
    headers: body === undefined ? {} : { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = response.status === 204 ? null : await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

function showLanguage() {
  document.documentElement.lang = language;
  document.querySelectorAll("[data-text]").forEach((node) => { node.textContent = text(node.dataset.text); });
  document.querySelectorAll("[data-language]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  });
  shown = "";
  showScenario();
  refresh();
}

function showScenario() {
  const person = people.find((candidate) => candidate.key === byId("person").value);
  byId("scenario").textContent = person ? text("scenarios")[person.scenario.kind] : "";
}

async function act(orderRef, action) {
  try {
    const order = await call(`sim/orders/${orderRef}/${action}`, { person: byId("person").value });
    const ended = order.status === "failed" ? `${text("failed")}: ${order.hintCode}` : text(order.status);
    say(ended);
    if (order.status === "complete" && /^https?:/i.test(order.returnUrl ?? "")) offerReturn(order.returnUrl);
  } catch (error) {
    say(`${text("problem")}: ${error.message}`);
  }
  refresh();
}

function offerReturn(address) {
  const link = element("a", text("back"));
  link.href = address;
  byId("message").append(" ", link);
}

function button(label, orderRef, action, className) {
  const made = element("button", text(label), className);
  made.type = "button";
  made.id = `${action}-${orderRef}`;
  made.addEventListener("click", () => act(orderRef, action));
  return made;
}

function card(order) {
  const item = document.createElement("li");
  const signs = order.kind.toLowerCase().endsWith("sign");
  item.append(element("strong", `${order.relyingParty} ${text(signs ? "asksSign" : "asks")}`));
  item.append(element("p", order.visibleText ?? text("noText"), "shown"));
  if (order.hintCode === "userCallConfirm") item.append(button("confirmCall", order.orderRef, "confirm-call"));
  else if (order.hintCode === "userMrtd") item.append(button("readDocument", order.orderRef, "read-document"));
  else if (order.person === null) item.append(button("open", order.orderRef, "open"));
  else item.append(button(signs ? "sign" : "approve", order.orderRef, "approve"));
  if (order.kind.startsWith("phone")) item.append(button("decline", order.orderRef, "decline", "stop"));
  item.append(button("cancel", order.orderRef, "cancel", "stop"));
  return item;
}

function waitingCard(order) {
  const item = document.createElement("li");
  const time = new Date(order.createdAt).toLocaleTimeString(language);
  item.append(element("strong", `${order.relyingParty}, ${time}`), document.createElement("br"));
  item.append(button("scan", order.orderRef, "pick-up"));
  return item;
}

function fill(id, items) {
  byId(id).replaceChildren(...(items.length ? items : [element("li", text("none"), "note")]));
}

async function refresh() {
  const person = byId("person").value;
  if (!person) return;
  const [all, mine] = await Promise.all([call("sim/orders"), call(`sim/orders?person=${person}`)]);
  const called = new Set(mine.map((order) => order.orderRef));
  const pending = all.filter((order) => order.status === "pending");
  const isMine = (order) => called.has(order.orderRef) || (order.startedBy !== null && order.person === null);
  const isWaiting = (order) => order.startedBy === null && ["auth", "sign", "payment"].includes(order.kind);
  const now = JSON.stringify([pending, person]);
  if (now === shown) return;
  shown = now;
  const focused = document.activeElement?.id;
  fill("mine", pending.filter(isMine).map(card));
  fill("waiting", pending.filter(isWaiting).map(waitingCard));
  if (focused) byId(focused)?.focus();
}

async function start(event) {
  event.preventDefault();
  const code = byId("code").value.trim();
  const person = encodeURIComponent(byId("person").value);
  const token = /autostarttoken=([^&\s]+)/i.exec(code)?.[1] ?? code;
  try {
    if (code.startsWith("bankid.")) await call("sim/scan", { qr: code, person: byId("person").value });
    else await call(`sim/autostart?token=${encodeURIComponent(token)}&person=${person}`, {});
    say(text("pending"));
    byId("code").value = "";
  } catch (error) {
    say(`${text("problem")}: ${error.message}`);
  }
  refresh();
}

async function begin() {
  people = await call("sim/people");
  byId("person").replaceChildren(...people.map((person) => {
    const option = element("option", `${person.personalNumber.slice(0, 8)}-${person.personalNumber.slice(8)} ${person.givenName} ${person.surname}`);
    option.value = person.key;
    return option;
  }));
  const asked = new URLSearchParams(location.search);
  byId("person").value = asked.get("person") ?? localStorage.getItem("person") ?? people[0].key;
  byId("code").value = asked.get("token") ?? "";
  byId("person").addEventListener("change", () => {
    localStorage.setItem("person", byId("person").value);
    showScenario();
    refresh();
  });
  byId("start").addEventListener("submit", start);
  document.querySelectorAll("[data-language]").forEach((button) => button.addEventListener("click", () => {
    language = button.dataset.language;
    localStorage.setItem("language", language);
    showLanguage();
  }));
  showLanguage();
  setInterval(() => refresh().catch(() => {}), 1000);
}

begin();
