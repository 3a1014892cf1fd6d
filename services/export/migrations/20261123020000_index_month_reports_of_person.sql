-- For what is told to a person: rows are found by their reports, as an index of the rows themselves would be written three
-- times for each row of every run.
create index month_reports_of_person on month_reports (person_id, month_on, month_report_id);
