// What is wrong with an address that was refused, as far as it can be told from what stands there. Whether it may be saved is
// decided elsewhere.

export type EmailFault = "missing" | "space" | "noAt" | "incomplete";
export type PhoneFault = "letters" | "noCountry" | "length";

export function emailFault(email: string): EmailFault {
  const text = email.trim();
  if (text === "") {
    return "missing";
  }
  if (/\s/.test(text)) {
    return "space";
  }
  return text.includes("@") ? "incomplete" : "noAt";
}

export function phoneFault(phone: string): PhoneFault {
  const text = phone.replace(/[\s-]/g, "");
  if (/[^+\d]/.test(text) || text.lastIndexOf("+") > 0) {
    return "letters";
  }
  return /^\+[1-9]/.test(text) ? "length" : "noCountry";
}
