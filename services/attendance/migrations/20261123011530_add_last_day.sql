-- The last day of work, so that a list of a month passes over those that ended before it. The table is written anew.
alter table placements add column last_day date generated always as (least(decided_to, interrupted_on - 1)) stored;
