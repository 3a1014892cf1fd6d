// The participant's own months, activities by code, and placements, as several pages need them.
import { useQuery } from "@tanstack/react-query";

import { AnswerService } from "@/gen/deltaga/attendance/v1/answer_service_pb";
import { type Activity, CatalogueService } from "@/gen/deltaga/attendance/v1/catalogue_service_pb";
import { PlacementService } from "@/gen/deltaga/participants/v1/placement_service_pb";
import { allPages } from "@/shared/connection/paging";
import { clientOf } from "@/shared/connection/transport";
import { type Language, useLanguage } from "@/shared/language/language";

const answers = clientOf(AnswerService);
const catalogue = clientOf(CatalogueService);
const placements = clientOf(PlacementService);

const SELDOM_CHANGED = 60 * 60_000;

export const ownMonthsKey = ["own-months"] as const;

export function useOwnMonths() {
  return useQuery({
    queryKey: ownMonthsKey,
    queryFn: () => allPages((page) => answers.listOwnMonths({ page }), (answer) => answer.months),
  });
}

export function useOwnPlacements() {
  return useQuery({
    queryKey: ["own-placements"],
    queryFn: () => allPages((page) => placements.listOwnPlacements({ page }), (answer) => answer.placements),
  });
}

export type ActivityName = (code: string) => string;

/** Names of activities in the language in force. An unknown code is better than nothing. */
export function useActivityNames(): ActivityName {
  const { language } = useLanguage();
  const { data } = useQuery({
    queryKey: ["activities"],
    queryFn: () => allPages((page) => catalogue.listActivities({ page }), (answer) => answer.activities),
    staleTime: SELDOM_CHANGED,
  });
  const names = new Map(data?.map((activity) => [activity.activityCode, nameIn(language, activity)]));
  return (code) => names.get(code) ?? code;
}

function nameIn(language: Language, activity: Activity): string {
  return language === "en" ? activity.nameEn : activity.nameSv;
}
