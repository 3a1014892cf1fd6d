-- What is held about a person is read in the order it came to be, ended sessions too.
create index sessions_of_person on sessions (person_id, session_id);
