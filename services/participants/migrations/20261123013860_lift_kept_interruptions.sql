-- no-transaction
-- The interruptions that were kept before: each row is written as it is, and the trigger lifts its interruption. A thousand
-- at a time, each lot a transaction of its own that locks in the order of ids as everybody does; run again after it was
-- broken off, it goes on.
do $$
declare
    last uuid := '00000000-0000-0000-0000-000000000000';
    lot uuid[];
begin
    loop
        lot := array(select placement_id from placements
            where placement_id > last and interruption_sequence < facts_sequence
            order by placement_id limit 1000 for no key update);
        exit when cardinality(lot) = 0;
        update placements set facts_sequence = facts_sequence where placement_id = any(lot);
        last := lot[cardinality(lot)];
        commit;
    end loop;
end
$$;
