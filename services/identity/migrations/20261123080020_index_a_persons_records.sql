-- What is held about a person is read in the order it came to be, ended sessions and signatures too.
create index sessions_of_person on sessions (person_id, session_id);
create index signatures_of_person on signatures (person_id, prepared_at, signature_id);
