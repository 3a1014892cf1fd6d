-- As for sessions; a table at a time, so that no sign-in waits for the index of signatures.
create index signatures_of_person on signatures (person_id, prepared_at, signature_id);
