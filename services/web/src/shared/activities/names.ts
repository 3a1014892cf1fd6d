// Names of activities, as participants and providers read them.
import { useQuery } from "@tanstack/react-query";

import { type Activity, CatalogueService } from "@/gen/deltaga/attendance/v1/catalogue_service_pb";
import { allPages } from "@/shared/connection/paging";
import { clientOf } from "@/shared/connection/transport";
import { type Language, useLanguage } from "@/shared/language/language";

const catalogue = clientOf(CatalogueService);

const SELDOM_CHANGED = 60 * 60_000;

export type ActivityName = (code: string) => string;

/** Names of activities in the language in force. */
export function useActivityNames(): ActivityName {
  const { language } = useLanguage();
  const { data } = useQuery({ queryKey: ["activities"], queryFn: readActivities, staleTime: SELDOM_CHANGED });
  return namesOf(data, language);
}

/** The same for what is no page. */
export async function activityNames(language: Language): Promise<ActivityName> {
  return namesOf(await readActivities(), language);
}

function readActivities(): Promise<Activity[]> {
  return allPages((page) => catalogue.listActivities({ page }), (answer) => answer.activities);
}

// An unknown code is better than nothing.
function namesOf(activities: readonly Activity[] | undefined, language: Language): ActivityName {
  const names = new Map(activities?.map((activity) => [activity.activityCode, nameIn(language, activity)]));
  return (code) => names.get(code) ?? code;
}

function nameIn(language: Language, activity: Activity): string {
  return language === "en" ? activity.nameEn : activity.nameSv;
}
