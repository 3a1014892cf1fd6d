-- Of a case the newest decision holds: a full one that is newer than the interruption has the case go on. Instances of the
-- release before keep the interruption all the same, whichever of the two they take last, and may do so until they are
-- gone. So the database lifts it: with that the placement is due at once, and the job that turns the day works out how far
-- it has come and tells of it, within minutes. Until then it stands as far as what the table demands allows. Ours lift it
-- themselves. When no instance of the release before can run any more, a check may take the trigger's place.
create function lift_interruption() returns trigger language plpgsql as $$
begin
    new.interrupted_on := null;
    new.interruption_sequence := null;
    new.removed_at := null;
    if new.status in ('interrupted_before_start', 'interrupted') then
        new.status := case when new.supervisor_account_id is null then 'received' else 'assigned' end;
    end if;
    new.next_change_on := '-infinity';
    return new;
end
$$;
create trigger placements_lift_interruption before insert or update on placements
    for each row when (new.interruption_sequence < new.facts_sequence) execute function lift_interruption();
