// Lists that are read to their end, page by page.
import { create } from "@bufbuild/protobuf";

import { type PageRequest, PageRequestSchema, type PageResponse } from "@/gen/deltaga/types/v1/types_pb";

const SIZE = 200;
const MOST_PAGES = 10;

/** All rows of a list, at most two thousand. */
export async function allPages<Answer extends { page?: PageResponse | undefined }, Row>(
  ask: (page: PageRequest) => Promise<Answer>,
  rows: (answer: Answer) => readonly Row[],
): Promise<Row[]> {
  const all: Row[] = [];
  let token = "";
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await ask(create(PageRequestSchema, { size: SIZE, token }));
    all.push(...rows(answer));
    token = answer.page?.nextToken ?? "";
    if (!token) {
      break;
    }
  }
  return all;
}
