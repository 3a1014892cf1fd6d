-- no-transaction
-- The state of the reports that were there before it was kept. A thousand at a time, each lot a transaction of its own that
-- locks in the order of ids as everybody does; run again after it was broken off, it goes on. The answers are read by a
-- statement after the one that locked: in the same one, a report that was waited for would get the state from before.
do $$
declare
    last uuid := '00000000-0000-0000-0000-000000000000';
    lot uuid[];
begin
    loop
        lot := array(select month_report_id from month_reports
            where month_report_id > last and (latest_revision > 0 or draft_saved_at is not null)
            order by month_report_id limit 1000 for no key update);
        exit when cardinality(lot) = 0;
        update month_reports set status = report_status(month_report_id, latest_revision, draft_saved_at)
        where month_report_id = any(lot)
            and status <> report_status(month_report_id, latest_revision, draft_saved_at);
        last := lot[cardinality(lot)];
        commit;
    end loop;
end
$$;
