create index approvals_of_person on approvals (person_id, signature_id);
