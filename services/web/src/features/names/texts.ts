import { ContactFunction } from "@/gen/deltaga/staff/v1/name_service_pb";
import { catalogue } from "@/shared/language/catalogue";

export const texts = catalogue({
  sv: {
    functions: {
      [ContactFunction.UNSPECIFIED]: "Någon hos anordnaren",
      [ContactFunction.SUPERVISOR]: "Handledare hos anordnaren",
      [ContactFunction.RECEPTION]: "Mottagningen hos anordnaren",
      [ContactFunction.STAFF]: "Personal hos anordnaren",
    } as Readonly<Record<ContactFunction, string>>,
    functionOnly: "Namnet visas inte.",
  },
  en: {
    functions: {
      [ContactFunction.UNSPECIFIED]: "Somebody at the provider",
      [ContactFunction.SUPERVISOR]: "Supervisor at the provider",
      [ContactFunction.RECEPTION]: "Reception at the provider",
      [ContactFunction.STAFF]: "Staff at the provider",
    },
    functionOnly: "The name is not shown.",
  },
});
