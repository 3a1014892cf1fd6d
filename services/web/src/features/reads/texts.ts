import { catalogue } from "@/shared/language/catalogue";

type Codes = Readonly<Record<string, string>>;

export const texts = catalogue({
  sv: {
    title: "Vem har läst om mig",
    lead: "När någon hos en anordnare eller Arbetsförmedlingen läser om dig antecknas det här. Namn på anställda visas inte.",
    nobody: "Ingen har läst om dig.",
    someone: "En läsare",
    data: "Uppgifter om dig",
    work: "I sitt arbete",
    roles: {
      provider_staff: "Personal hos anordnaren",
      project_staff: "Personal i ett projekt",
      agency_staff: "Personal hos Arbetsförmedlingen",
      supplier_system: "Anordnarens datasystem",
      agency_system: "Arbetsförmedlingens datasystem",
    } as Codes,
    kinds: {
      placement: "Din tjänst, i en lista",
      placement_details: "Din tjänst med kontaktuppgifter",
      joint_plan: "Din planering",
      month_report: "En månads timmar",
      month_status: "Hur långt en månad har kommit",
      export_outcome: "Om en månad har skickats",
      disclosures: "Vad som har skickats",
    } as Codes,
    purposes: {
      receive_participants: "För att ta emot nya deltagare",
      report_and_plan: "För att planera och redovisa",
      reporting: "För att redovisa timmar",
      payment: "För att betala anordnaren",
      follow_up: "För att svara på en fråga",
      export: "För att skicka månader som du har godkänt",
      withdrawal_on_behalf: "För att ta tillbaka ett samtycke åt dig",
    } as Codes,
  },
  en: {
    title: "Who has read about me",
    lead: "Whenever somebody at a provider or at Arbetsförmedlingen reads about you, it is noted here. Names of employees are not shown.",
    nobody: "Nobody has read about you.",
    someone: "A reader",
    data: "Data about you",
    work: "At work",
    roles: {
      provider_staff: "Staff at the provider",
      project_staff: "Staff of a project",
      agency_staff: "Staff at Arbetsförmedlingen",
      supplier_system: "The provider's computer system",
      agency_system: "Arbetsförmedlingen's computer system",
    },
    kinds: {
      placement: "Your service, in a list",
      placement_details: "Your service with contact details",
      joint_plan: "Your plan",
      month_report: "The hours of a month",
      month_status: "How far a month has come",
      export_outcome: "Whether a month has been sent",
      disclosures: "What has been sent",
    },
    purposes: {
      receive_participants: "To receive new participants",
      report_and_plan: "To plan and report",
      reporting: "To report hours",
      payment: "To pay the provider",
      follow_up: "To answer a question",
      export: "To send months that you have approved",
      withdrawal_on_behalf: "To take a consent back for you",
    },
  },
});
