import { catalogue } from "@/shared/language/catalogue";

export const texts = catalogue({
  sv: {
    hereMobile: "BankID på den här enheten",
    hereComputer: "BankID på den här datorn",
    elsewhere: "BankID på en annan enhet",
    steps: [
      "Öppna BankID-appen på din mobil eller surfplatta.",
      "Tryck på QR-symbolen i appen.",
      "Rikta kameran mot koden här.",
    ] as readonly string[],
    code: "QR-kod för BankID-appen. Den byts varje sekund.",
    open: "Öppna BankID",
    comeBack: "Kom tillbaka hit när du är klar i appen.",
    working: "Ett ögonblick …",
    cutOff: "Ingen kontakt just nu. Vi försöker igen.",
    left: (seconds: number) =>
      seconds > 90 ? `${Math.ceil(seconds / 60)} minuter kvar` : `${seconds} sekunder kvar`,
    cancel: "Avbryt",
    otherWay: "Välj ett annat sätt",
    over: "Tiden tog slut.",
    again: "Försök igen",
    leave: "Tillbaka",
    returnTitle: "Tillbaka från BankID",
    returnText: "Gå tillbaka till fliken där du började. Där ser du hur det gick.",
    toStart: "Eller gå till dina sidor",
  },
  en: {
    hereMobile: "BankID on this device",
    hereComputer: "BankID on this computer",
    elsewhere: "BankID on another device",
    steps: [
      "Open the BankID app on your phone or tablet.",
      "Tap the QR symbol in the app.",
      "Point the camera at the code here.",
    ],
    code: "QR code for the BankID app. It changes every second.",
    open: "Open BankID",
    comeBack: "Come back here when you are done in the app.",
    working: "One moment …",
    cutOff: "No contact right now. We keep trying.",
    left: (seconds: number) =>
      seconds > 90 ? `${Math.ceil(seconds / 60)} minutes left` : `${seconds} seconds left`,
    cancel: "Cancel",
    otherWay: "Choose another way",
    over: "Time ran out.",
    again: "Try again",
    leave: "Back",
    returnTitle: "Back from BankID",
    returnText: "Go back to the tab where you began. There you see how it went.",
    toStart: "Or go to your pages",
  },
});
