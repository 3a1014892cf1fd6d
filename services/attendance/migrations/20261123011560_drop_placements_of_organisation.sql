-- What it was for, `placements_at_work` does without reading what is over. In a transaction of its own: whoever builds an
-- index and then takes the whole table may wait for one who waits for them.
drop index placements_of_organisation;
