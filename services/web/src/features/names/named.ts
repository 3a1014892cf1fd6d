// Which names are asked for, and which belong to a placement.
import type { OwnPlacement } from "@/gen/deltaga/participants/v1/placement_service_pb";
import type { BatchGetNamesResponse, ContactName, OfficePlace } from "@/gen/deltaga/staff/v1/name_service_pb";

const MOST_IDS = 200;

export type Placed = Pick<OwnPlacement, "organisationId" | "unitId" | "officeId" | "supervisorAccountId">;
type Names = Pick<BatchGetNamesResponse, "organisations" | "units" | "contacts">;

export interface Named {
  /** Of the organisation. */
  readonly provider: string | undefined;
  readonly unit: string | undefined;
  /** Of the service that the unit was procured for. */
  readonly service: string | undefined;
  readonly place: OfficePlace | undefined;
  readonly supervisor: ContactName | undefined;
}

/** Ids that are asked for, each once and as many as may be; the newest placements come first. */
export function askedFor(placements: readonly Placed[]) {
  const organisationIds = new Set<string>();
  const unitIds = new Set<string>();
  const accountIds = new Set<string>();
  for (const { organisationId, unitId, supervisorAccountId } of placements) {
    if (organisationIds.size + unitIds.size + accountIds.size + 3 > MOST_IDS) {
      break;
    }
    organisationIds.add(organisationId);
    unitIds.add(unitId);
    if (supervisorAccountId) {
      accountIds.add(supervisorAccountId);
    }
  }
  return { organisationIds: [...organisationIds], unitIds: [...unitIds], accountIds: [...accountIds] };
}

/** Whom and where a placement is about. */
export function namedOf(names: Names, placement: Placed): Named {
  const unit = names.units.find(({ unitId }) => unitId === placement.unitId);
  return {
    provider: names.organisations.find(({ organisationId }) => organisationId === placement.organisationId)?.name,
    unit: unit?.name,
    service: unit?.serviceName,
    place: unit?.offices.find(({ officeId }) => officeId === placement.officeId),
    supervisor: names.contacts.find(({ accountId }) => accountId === placement.supervisorAccountId),
  };
}
