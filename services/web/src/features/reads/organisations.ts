// Of which readers the name is asked for.
import type { Access } from "@/gen/deltaga/participants/v1/access_log_service_pb";

const MOST_IDS = 200;
const OF_THE_AGENCY = /^agency_/;

/** Organisations that are not the agency, each once, those that read last first. */
export function organisationsOf(all: readonly Pick<Access, "organisationId" | "role">[]): string[] {
  const others = all.filter(({ role }) => !OF_THE_AGENCY.test(role)).map(({ organisationId }) => organisationId);
  return [...new Set(others)].filter(Boolean).slice(0, MOST_IDS);
}
