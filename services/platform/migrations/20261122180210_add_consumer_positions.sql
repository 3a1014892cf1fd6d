-- Until when a consumer is known to have missed nothing: it was at the end of the partition then, or applied a record
-- that was produced then. By the clocks of the machines, as the broker's retention is.
alter table platform.consumed_offsets add column position_at timestamptz not null default now();

-- When an operator asked for a parked record to be applied again. A record of a log topic that waits for an earlier one
-- of its key is tried after that one.
alter table platform.parked_records add column retry_at timestamptz;
create index parked_records_by_retry on platform.parked_records (consumer, retry_at) where retry_at is not null;
