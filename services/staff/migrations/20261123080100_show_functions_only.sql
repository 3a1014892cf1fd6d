-- Whether participants are shown the function of an account alone: for an employee who is protected. Instances of the
-- release before neither read nor write it.
alter table accounts add column show_function_only boolean not null default false;
