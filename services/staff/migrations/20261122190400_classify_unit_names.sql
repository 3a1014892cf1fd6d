-- The unit of a sole trader often bears the trader's name and lies at the trader's address.
comment on column units.name is 'class: personal';
comment on column offices.name is 'class: personal';
comment on column offices.street_address is 'class: personal';
